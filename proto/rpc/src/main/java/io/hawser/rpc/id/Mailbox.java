package io.hawser.rpc.id;

import io.hawser.rpc.v1.SessionPolicy;

/**
 * Names the mailbox that an endpoint reads: one a user, one a (user, device class), or one a device, by the app's
 * session policy. Two endpoints with the same mailbox name cannot be bound at once: the newer replaces the older.
 */
public final class Mailbox {
    /** The device class of a client that names none. */
    public static final String DEFAULT_CLASS = "default";

    private Mailbox() {}

    /** Returns {@code user}, {@code class:<device class>} or {@code device:<device>}. */
    public static String of(SessionPolicy policy, DeviceId device, String deviceClass) {
        return switch (policy) {
            case ONE_PER_USER, SESSION_POLICY_UNSPECIFIED, UNRECOGNIZED -> "user";
            case ONE_PER_DEVICE_CLASS -> ofClass(deviceClass);
            case ONE_PER_DEVICE -> "device:" + device.value();
        };
    }

    public static String ofClass(String deviceClass) {
        String name = deviceClass.isEmpty() ? DEFAULT_CLASS : deviceClass;
        return "class:" + Limits.bounded("device_class", name, 32);
    }
}
