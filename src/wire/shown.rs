//! Characters that are not shown as they are, because a terminal or an editor obeys them.

/// C0, DEL and C1 controls, line and paragraph separators, marks and overrides of the text direction. A tab is one of
/// them.
pub fn is_unsafe_to_show(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
