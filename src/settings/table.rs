//! What the table of settings is made of, and the macro that makes types of it.

use serde_json::Value as Json;

/// Section and name of a setting.
pub type Name = (&'static str, &'static str);

/// The settings of one section.
#[derive(Debug)]
pub struct Section {
    /// Its name.
    pub name: &'static str,
    /// What they are about.
    pub about: &'static str,
    /// The settings.
    pub rows: &'static [Row],
}

/// What is known of one setting.
#[derive(Debug)]
pub struct Row {
    /// Its section and its name there.
    pub name: Name,
    /// What it means.
    pub about: &'static str,
    /// The variables that win over the file.
    pub variables: &'static [&'static str],
    /// The default as TOML; `None` where there is none.
    pub default: fn() -> Option<String>,
    /// What must be written, in words.
    pub words: fn() -> String,
    /// An example as TOML; empty where the default is one.
    pub example: &'static str,
    /// What must be written, as a JSON schema.
    pub schema: fn() -> Json,
}

impl Row {
    /// The name as people write it: `helpers.timeout`.
    pub fn full_name(&self) -> String {
        full_name(self.name)
    }

    /// The default as TOML, or the example.
    pub fn sample(&self) -> String {
        (self.default)().unwrap_or_else(|| self.example.to_owned())
    }

    /// What it means, and what must be written.
    pub fn meaning(&self) -> String {
        let words = (self.words)();
        let (first, rest) = words.split_at(words.chars().next().map_or(0, char::len_utf8));
        format!("{} {}{rest}.", self.about, first.to_uppercase())
    }
}

/// Section and name as people write them: `helpers.timeout`.
pub fn full_name((section, name): (&str, &str)) -> String {
    format!("{section}.{name}")
}

/// Makes the types, the defaults and the readers of the rows.
macro_rules! settings {
    ($(
        $(#[doc = $section_about:literal])+
        $section:ident: $Section:ident {
            $(
                $(#[doc = $about:literal])+
                $name:ident: $Kind:ty = $default:expr $(, for_example($example:literal))? $(, $variable:literal)*;
            )*
        }
    )*) => {
        $(
            $(#[doc = $section_about])+
            #[derive(Clone, Debug, PartialEq, Eq)]
            pub struct $Section {
                $( $(#[doc = $about])+ pub $name: <$Kind as $crate::settings::value::Kind>::Value, )*
            }

            impl Default for $Section {
                fn default() -> Self {
                    Self { $($name: $default,)* }
                }
            }
        )*

        /// What a person has chosen, in the settings file or by variables.
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        pub struct Preferences {
            $( $(#[doc = $section_about])+ pub $section: $Section, )*
        }

        /// Every section of the settings file, with all that is known of its settings.
        pub const SECTIONS: &[$crate::settings::table::Section] = &[$(
            $crate::settings::table::Section {
                name: stringify!($section),
                about: concat!($($section_about),+).trim_ascii(),
                rows: &[$(
                    $crate::settings::table::Row {
                        name: (stringify!($section), stringify!($name)),
                        about: concat!($($about),+).trim_ascii(),
                        variables: &[$($variable),*],
                        default: || <$Kind as $crate::settings::value::Kind>::toml(&$default),
                        words: <$Kind as $crate::settings::value::Kind>::words,
                        example: concat!($($example)?),
                        schema: <$Kind as $crate::settings::value::Kind>::schema,
                    }
                ),*],
            }
        ),*];

        // The readers are functions of their own, so that a program that only reads links no words.
        impl Preferences {
            /// True where there is a section of this name.
            pub(super) fn has_section(section: &str) -> bool {
                [$(stringify!($section)),*].contains(&section)
            }

            /// Takes a value of the file, and answers whose it is; `None` where there is no such setting.
            pub(super) fn take(
                &mut self,
                name: (&str, &str),
                given: &$crate::settings::value::Given<'_>,
                reader: &mut $crate::settings::value::Reader<'_>,
            ) -> Option<$crate::settings::table::Name> {
                $($(
                    if name == (stringify!($section), stringify!($name)) {
                        if let Some(value) = <$Kind as $crate::settings::value::Kind>::read(given, reader) {
                            self.$section.$name = value;
                        }
                        return Some((stringify!($section), stringify!($name)));
                    }
                )*)*
                None
            }

            /// Takes the variables that are set, and tells each by its name, with whether it could be read.
            pub(super) fn take_variables(
                &mut self,
                get: impl Fn(&str) -> Option<std::ffi::OsString>,
                mut tell: impl FnMut($crate::settings::table::Name, &'static str, bool),
            ) {
                $($($(
                    if let Some(text) = get($variable) {
                        let value = <$Kind as $crate::settings::value::InVariable>::from_variable(&text);
                        tell((stringify!($section), stringify!($name)), $variable, value.is_some());
                        if let Some(value) = value {
                            self.$section.$name = value;
                        }
                    }
                )*)*)*
            }

            /// Gives a setting its default again.
            pub(super) fn reset(&mut self, name: $crate::settings::table::Name) {
                $($(
                    if name == (stringify!($section), stringify!($name)) {
                        self.$section.$name = $Section::default().$name;
                    }
                )*)*
            }
        }
    };
}

pub(super) use settings;
