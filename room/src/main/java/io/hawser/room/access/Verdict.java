package io.hawser.room.access;

/** What becomes of somebody who connects: let in, as one more of an address, or not. */
public sealed interface Verdict permits Source, Refusal {}
