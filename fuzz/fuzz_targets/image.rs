//! Any image reference: read without a panic, and what is written again, in full or as people write it, is the same.

#![no_main]

use libfuzzer_sys::fuzz_target;
use pullpass::registry::image::Image;

fuzz_target!(|text: &str| {
    let Ok(image) = Image::parse(text) else { return };
    assert_eq!(Image::parse(&image.to_string()).as_ref(), Ok(&image), "in full");
    assert_eq!(Image::parse(&image.familiar()).as_ref(), Ok(&image), "{}", image.familiar());
    assert!(image.to_string().bytes().all(|byte| byte.is_ascii_graphic()));
});
