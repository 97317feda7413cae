package io.hawser.rpc.id;

/** A user of an app: what a slot, a message log and a look-up are about. */
public record UserKey(AppId app, UserId user) {
    public static UserKey of(String app, String user) {
        return new UserKey(new AppId(app), new UserId(user));
    }

    public int slot() {
        return Slot.of(app.value(), user.value());
    }

    @Override
    public String toString() {
        return app + "/" + user;
    }
}
