package io.hawser.keeper;

/** How a service's process ends, for whoever started it. */
public enum ExitCode {
    /** Stopped as it was told to. */
    OK(0),
    /** The command line is wrong. */
    USAGE(2),
    /** The configuration is wrong. */
    CONFIGURATION(3),
    /** An address to listen at is in use, or not this machine's. */
    ADDRESS_IN_USE(4),
    /** ZooKeeper does not answer. */
    ZOOKEEPER_UNREACHABLE(5),
    /** Another live process goes by the name. */
    NAME_IN_USE(6),
    /** A database that the service needs to start does not answer, or does not let it in. */
    DATABASE_UNREACHABLE(9),
    /** A fault of ours, or of something that the service needs to start. */
    INTERNAL(70);

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }
}
