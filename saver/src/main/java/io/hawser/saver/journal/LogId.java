package io.hawser.saver.journal;

/** Names a user's log in the tables. */
public record LogId(int slot, String app, String user) {}
