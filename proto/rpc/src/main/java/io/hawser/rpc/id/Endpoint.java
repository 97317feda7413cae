package io.hawser.rpc.id;

/** What can be bound: a device of a user of an app. */
public record Endpoint(AppId app, UserId user, DeviceId device) {
    public static Endpoint of(String app, String user, String device) {
        return new Endpoint(new AppId(app), new UserId(user), new DeviceId(device));
    }

    public UserKey userKey() {
        return new UserKey(app, user);
    }

    @Override
    public String toString() {
        return app + "/" + user + "/" + device;
    }
}
