package io.hawser.bench.chaos.history;

import com.fasterxml.jackson.annotation.JsonIgnore;

/**
 * Whom something is sent to.
 *
 * @param user empty: it is a broadcast
 * @param group of a broadcast; empty: all of the app
 */
public record Audience(String app, String user, String group) {
    public static Audience user(String app, String user) {
        return new Audience(app, user, "");
    }

    public static Audience all(String app) {
        return new Audience(app, "", "");
    }

    public static Audience group(String app, String group) {
        return new Audience(app, "", group);
    }

    @JsonIgnore
    public boolean isBroadcast() {
        return user.isEmpty();
    }

    @Override
    public String toString() {
        return !user.isEmpty() ? app + "/" + user : group.isEmpty() ? "all of " + app : "group " + group + " of " + app;
    }
}
