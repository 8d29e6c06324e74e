//! Having one helper asked for all registries, and naming it nowhere any more.

use crate::config::default_store;
use crate::config::draft::Draft;
use crate::config::edit::JsonValue;
use crate::config::plan::{Change, MemberPath, Note};
use crate::config::relocate::asked_for;
use crate::credential::login::EntryKind;

impl Draft<'_> {
    /// Plans to have docker ask a helper for each registry that has none of its own. Where docker kept logins in the file
    /// until now, it no longer looks there: those are told.
    pub(super) fn ask_for_all(&mut self, helper: &str) {
        let before = default_store::store(&self.file, &self.context.machine).map(str::to_owned);
        if before.as_deref() == Some(helper) {
            return;
        }
        let passed_over = if before.is_none() { self.kept_in_the_file() } else { Vec::new() };
        self.set(&[], "credsStore", &JsonValue::string(helper), MemberPath::Store);
        self.plan.changes.push(Change::ReplaceStore(before, Some(helper.to_owned())));
        self.plan.changes.extend(passed_over.into_iter().map(Change::PassOver));
    }

    /// The entries whose secret docker takes out of the file.
    fn kept_in_the_file(&self) -> Vec<String> {
        let entries = self.file.entries.iter().filter(|entry| entry.kind != EntryKind::Empty);
        let is_read = |key: &&str| {
            let asked = asked_for(self.context.format, key);
            asked.is_ok_and(|asked| !self.file.cred_helpers.iter().any(|(helped, _)| *helped == asked))
        };
        entries.map(|entry| &*entry.key).filter(is_read).map(str::to_owned).collect()
    }

    /// Plans to name a helper nowhere any more. Where it is asked for all registries, `store` takes its place.
    pub(super) fn forget_helper(&mut self, helper: &str, store: Option<&str>) {
        if self.file.creds_store.as_deref() == Some(helper) {
            match store {
                Some(store) => self.set(&[], "credsStore", &JsonValue::string(store), MemberPath::Store),
                None => self.remove(&[], "credsStore", MemberPath::Store),
            }
            let store = store.map(str::to_owned);
            self.plan.changes.push(Change::ReplaceStore(Some(helper.to_owned()), store));
        }
        let named = self.file.cred_helpers.iter().filter(|(_, named)| named == helper);
        for key in named.map(|(key, _)| key.clone()).collect::<Vec<_>>() {
            self.remove(&["credHelpers"], &key, MemberPath::Helper(key.clone()));
            self.plan.changes.push(Change::ForgetHelper(key));
        }
        self.note_if(!self.plan.changes.is_empty(), Note::OnlyInTheVault);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::default_store::Machine;
    use crate::config::locate::Format;
    use crate::config::plan::{EditContext, EditPlan, Intent};
    use crate::config::planning::plan;

    fn planned(
        text: &str,
        intent: &Intent,
        store: Option<&'static str>,
        format: Format,
    ) -> (String, EditPlan) {
        let context = EditContext { format, machine: Machine { store, ..Machine::default() } };
        let plan = plan(Some(text.as_bytes()), intent, &context).unwrap();
        (String::from_utf8(plan.apply(text.as_bytes()).to_vec()).unwrap(), plan)
    }

    fn enabled(text: &str, store: Option<&'static str>) -> (String, Vec<String>) {
        let intent = Intent::AskForAll { helper: "pullpass".into() };
        let (after, plan) = planned(text, &intent, store, Format::Docker);
        (after, plan.changes.iter().map(Change::sentence).collect())
    }

    #[test]
    fn one_member_changes_and_what_docker_no_longer_reads_is_told() {
        let named = "name docker-credential-pullpass for all registries (credsStore)";
        let of_desktop = format!("{named} in the place of docker-credential-desktop");
        let of_pass = format!("{named} in the place of docker-credential-pass");
        let passed = "docker no longer uses the secret of https://ghcr.io in this file: \
                      \"pullpass seal https://ghcr.io\" moves it into the vault";
        let table = [
            ("{}", None, "{\n\t\"credsStore\": \"pullpass\"\n}", vec![named]),
            ("{}", Some("pass"), "{\n\t\"credsStore\": \"pullpass\"\n}", vec![&*of_pass]),
            (
                "{\"credsStore\" : \"desktop\",\"x\":1, \"auths\":{\"https://ghcr.io\":{\"auth\":\"dTpw\"}}}",
                None,
                "{\"credsStore\" : \"pullpass\",\"x\":1, \"auths\":{\"https://ghcr.io\":{\"auth\":\"dTpw\"}}}",
                vec![&*of_desktop],
            ),
            (
                "{\"auths\":{\"https://ghcr.io\":{\"auth\":\"dTpw\"},\"a.io\":{},\"gcr.io\":{\"auth\":\"dTpw\"}},\"credHelpers\":{\"gcr.io\":\"gcloud\"}}",
                Some("pass"),
                "{\"auths\":{\"https://ghcr.io\":{\"auth\":\"dTpw\"},\"a.io\":{},\"gcr.io\":{\"auth\":\"dTpw\"}},\"credHelpers\":{\"gcr.io\":\"gcloud\"},\"credsStore\":\"pullpass\"}",
                vec![named, passed],
            ),
            ("{\"credsStore\":\"pullpass\"}", None, "{\"credsStore\":\"pullpass\"}", vec![]),
        ];
        for (before, store, after, words) in table {
            let expected = (after.to_owned(), words.into_iter().map(str::to_owned).collect());
            assert_eq!(enabled(before, store), expected, "{before}");
        }
    }

    #[test]
    fn a_helper_is_named_nowhere_any_more_and_the_others_stay() {
        let both = "{\"credsStore\":\"pullpass\",\"credHelpers\":{\"a.io\":\"pullpass\",\"b.io\":\"pass\",\"c.io\":\"pullpass\"}}";
        let table = [
            (
                both,
                Some("desktop"),
                Format::Docker,
                "{\"credsStore\":\"desktop\",\"credHelpers\":{\"b.io\":\"pass\"}}",
            ),
            (both, None, Format::Docker, "{\"credHelpers\":{\"b.io\":\"pass\"}}"),
            (
                "{\"credHelpers\":{\"a.io\":\"pullpass\",\"b.io\":\"pass\"}}",
                Some("desktop"),
                Format::Containers,
                "{\"credHelpers\":{\"b.io\":\"pass\"}}",
            ),
            ("{\"credsStore\":\"pass\"}", Some("desktop"), Format::Docker, "{\"credsStore\":\"pass\"}"),
        ];
        for (before, store, format, after) in table {
            let store = store.map(str::to_owned);
            let intent = Intent::ForgetHelper { helper: "pullpass".into(), store };
            let (found, plan) = planned(before, &intent, None, format);
            assert_eq!(found, after, "{before}");
            assert_eq!(plan.is_empty(), before == after);
            assert_eq!(plan.notes.contains(&Note::OnlyInTheVault), before != after);
        }
    }
}
