package io.hawser.rpc.id;

/** An installation of the app: 1 to 64 bytes of UTF-8. */
public record DeviceId(String value) {
    public DeviceId {
        Limits.bounded("device", value, Limits.ID_BYTES);
    }

    @Override
    public String toString() {
        return value;
    }
}
