//! The entry points of the fuzz targets: parsers of outside input, each with the properties of everything it accepts. A
//! function panics if a property does not hold. The package in `fuzz/` calls them with libFuzzer's inputs, the test
//! below with those in `fuzz/corpus`.

mod activebuilding;
mod answers;
mod octorate;
mod provider;
mod requests;
mod rex;
mod syncaroo;

pub use activebuilding::activebuilding_answer;
pub use answers::{list_answer, token_answer, user_info_answer};
pub use octorate::octorate_answer;
pub use provider::{authorization_request, provider_update};
pub use requests::{authorization, cookie_header, event_query, form_body, launch_query, subdomain};
pub use rex::rex_answer;
pub use syncaroo::syncaroo_answer;

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::PathBuf};

    use super::*;

    type Target = (&'static str, fn(&[u8]));

    const TARGETS: &[Target] = &[
        ("activebuilding_answer", activebuilding_answer),
        ("authorization", authorization),
        ("authorization_request", authorization_request),
        ("cookie_header", cookie_header),
        ("event_query", event_query),
        ("form_body", form_body),
        ("launch_query", launch_query),
        ("list_answer", list_answer),
        ("octorate_answer", octorate_answer),
        ("rex_answer", rex_answer),
        ("provider_update", provider_update),
        ("subdomain", subdomain),
        ("syncaroo_answer", syncaroo_answer),
        ("token_answer", token_answer),
        ("user_info_answer", user_info_answer),
    ];

    /// The names in a folder below `fuzz/`, without extensions.
    fn names(folder: &str) -> BTreeSet<String> {
        let stem = |path: PathBuf| path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
        fs::read_dir(fuzz(folder)).unwrap().filter_map(|entry| stem(entry.unwrap().path())).collect()
    }

    fn fuzz(path: &str) -> PathBuf {
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fuzz").join(path)
    }

    #[test]
    fn every_target_accepts_its_whole_corpus() {
        for (target, run) in TARGETS {
            let corpus = names(&format!("corpus/{target}"));
            assert!(!corpus.is_empty(), "{target} has no corpus");
            for case in corpus {
                println!("{target}/{case}"); // shown when it panics
                run(&fs::read(fuzz(&format!("corpus/{target}/{case}"))).unwrap());
            }
        }
    }

    #[test]
    fn the_fuzz_package_has_these_targets_and_no_others() {
        let targets = TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
        assert_eq!(names("fuzz_targets"), targets);
        assert_eq!(names("corpus"), targets);
        let manifest = fs::read_to_string(fuzz("Cargo.toml")).unwrap();
        let bins: BTreeSet<String> =
            manifest.split("name = \"").skip(2).map(|rest| rest.split('"').next().unwrap().to_owned()).collect();
        assert_eq!(bins, targets);
    }
}
