package io.hawser.bench.chaos.history;

/** A device of a user of an app: it has a mailbox of its own, by the apps' session policies. */
public record Endpoint(String app, String user, String device) {
    /** {@code app/user/device}; none of the three has a slash. */
    public static Endpoint parse(String text) {
        String[] parts = text.split("/", -1);
        if (parts.length != 3) {
            throw new IllegalArgumentException("endpoint: " + text + " (expected: app/user/device)");
        }
        return new Endpoint(parts[0], parts[1], parts[2]);
    }

    @Override
    public String toString() {
        return app + "/" + user + "/" + device;
    }
}
