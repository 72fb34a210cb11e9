//! Selects the tags of a client's line that are relayed.

use std::collections::BTreeSet;

/// The client-only tags among `tags`, unchanged and in their order.
///
/// message-tags, "Client-only tags": "Client-only tags are client-initiated tags that servers MUST attach to the
/// message when relaying it". Of several tags with the same key, the last counts. Keys are "case-sensitive opaque
/// identifiers".
pub(super) fn client_only(tags: &str) -> String {
    if !tags.contains('+') {
        return String::new();
    }
    let mut keys = BTreeSet::new();
    let mut kept: Vec<&str> =
        tags.rsplit(';').filter(|tag| is_client_only(key(tag)) && keys.insert(key(tag))).collect();
    kept.reverse();
    kept.join(";")
}

fn key(tag: &str) -> &str {
    tag.split_once('=').map_or(tag, |(key, _)| key)
}

fn is_client_only(key: &str) -> bool {
    key.strip_prefix('+').is_some_and(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::client_only;

    #[test]
    fn only_client_only_tags_are_relayed() {
        assert_eq!(
            client_only(r"+typing=active;time=1;+draft/react=\:\s;msgid=x"),
            r"+typing=active;+draft/react=\:\s"
        );
        assert_eq!(client_only("+a=1;+b;+a=2;+c="), "+b;+a=2;+c=");
        assert_eq!(client_only("++a;+a_b=1;+é;+A;+a"), "++a;+a_b=1;+é;+A;+a");
        for none in ["", "a=b", "+", "+=x", ";;", "label=+a"] {
            assert_eq!(client_only(none), "", "{none}");
        }
    }
}
