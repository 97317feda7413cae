package io.hawser.bench.chaos.history;

/** A device of a user of an app. Which of a user's devices share a mailbox is the app's {@link SessionPolicy}. */
public record Endpoint(String app, String user, String device) {
    /** {@code app/user/device}; none of the three has a slash. */
    public static Endpoint parse(String text) {
        String[] parts = text.split("/", -1);
        if (parts.length != 3) {
            throw new IllegalArgumentException("endpoint: " + text + " (expected: app/user/device)");
        }
        return new Endpoint(parts[0], parts[1], parts[2]);
    }

    /** The device's name without its number: {@code phone} of {@code phone-1}. */
    public String deviceClass() {
        int dash = device.lastIndexOf('-');
        return dash < 0 ? device : device.substring(0, dash);
    }

    @Override
    public String toString() {
        return app + "/" + user + "/" + device;
    }
}
