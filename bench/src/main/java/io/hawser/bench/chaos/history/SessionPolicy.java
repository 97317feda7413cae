package io.hawser.bench.chaos.history;

/** Which of a user's devices share a mailbox, and so have one session between them; as the API names it. */
public enum SessionPolicy {
    ONE_PER_DEVICE,
    ONE_PER_DEVICE_CLASS,
    ONE_PER_USER;

    /** The mailbox that an endpoint reads, in a name that no other one has. */
    String mailbox(Endpoint endpoint) {
        String user = endpoint.app() + "/" + endpoint.user();
        return switch (this) {
            case ONE_PER_DEVICE -> endpoint.toString();
            case ONE_PER_DEVICE_CLASS -> user + "/class:" + endpoint.deviceClass();
            case ONE_PER_USER -> user;
        };
    }
}
