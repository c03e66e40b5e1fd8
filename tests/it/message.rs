//! What people read, word by word; and that Slack takes it, whatever it is.
