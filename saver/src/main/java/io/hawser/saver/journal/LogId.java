package io.hawser.saver.journal;

import io.hawser.rpc.id.UserKey;

/** Names a user's log in the tables. */
public record LogId(int slot, String app, String user) {
    /** Fails with INVALID_ARGUMENT where these are no names of an app and a user. */
    public static LogId of(String app, String user) {
        return new LogId(UserKey.of(app, user).slot(), app, user);
    }
}
