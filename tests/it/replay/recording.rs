//! `--record`: what ticks see, for a replay later.
