//! From what a person wants of a file to the plan of its edit.

use crate::config::draft::Draft;
use crate::config::edit_refused::EditRefused;
use crate::config::plan::{EditContext, EditPlan, Intent};
use crate::config::restore;

/// Plans an edit of a file with these bytes; `None` where there is no file.
///
/// # Errors
/// [`EditRefused`]: the file stays as it is.
pub fn plan(bytes: Option<&[u8]>, intent: &Intent, context: &EditContext) -> Result<EditPlan, EditRefused> {
    let edited = |edit: &dyn Fn(&mut Draft<'_>) -> Result<(), EditRefused>| {
        let mut draft = Draft::read(bytes.unwrap_or_default(), context)?;
        edit(&mut draft)?;
        Ok(draft.plan)
    };
    match intent {
        Intent::Set { key, content } => edited(&|draft| draft.set_login(key, content)),
        Intent::Remove { keys } => edited(&|draft| {
            for key in keys {
                draft.remove_login(key);
            }
            Ok(())
        }),
        Intent::Rename { from, to } => edited(&|draft| {
            draft.rename(from, to);
            Ok(())
        }),
        Intent::DropHelper { key } => edited(&|draft| {
            draft.drop_helper(key);
            Ok(())
        }),
        Intent::DropStore => edited(&|draft| {
            draft.drop_store();
            Ok(())
        }),
        Intent::MoveToHelper { key, helper } => edited(&|draft| draft.move_to_helper(key, helper)),
        Intent::UseHelper { key, helper } => edited(&|draft| draft.use_helper(key, helper)),
        Intent::AskForAll { helper } => edited(&|draft| {
            draft.ask_for_all(helper);
            Ok(())
        }),
        Intent::ForgetHelper { helper, store } => edited(&|draft| {
            draft.forget_helper(helper, store.as_deref());
            Ok(())
        }),
        Intent::Restore(past) => restore::plan(bytes, past, context.format),
    }
}
