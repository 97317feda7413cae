package io.hawser.keeper.cli;

import io.hawser.keeper.config.ConfigException;
import io.hawser.wire.HawserException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** How a command ends, for whoever started it. Services' own exit codes have the same numbers for the same things. */
enum Exit {
    DONE(0, "done"),
    DIFFERENT(1, "diff: the two are not the same"),
    USAGE(2, "the command line is wrong, or there is no such service"),
    CONFIGURATION(3, "the configuration is no YAML mapping, or does not suit the service; nothing was written"),
    ZOOKEEPER_UNREACHABLE(5, "ZooKeeper does not answer"),
    NOT_FOUND(7, "nothing is configured there, or there is no such revision or instance"),
    CONFLICT(8, "someone else changed it meanwhile, or a canary is, or is not, on trial; nothing was written"),
    REFUSED(10, "an instance refused the revision or the order, or does not run the canary that is to be promoted"),
    TIMEOUT(11, "not all have answered or ended in time; what was written stands"),
    ADMIN_UNREACHABLE(12, "the instance's admin port is not reached from here"),
    INTERNAL(70, "a fault of ours");

    private final int number;
    private final String meaning;

    Exit(int number, String meaning) {
        this.number = number;
        this.meaning = meaning;
    }

    int number() {
        return number;
    }

    String meaning() {
        return meaning;
    }

    /** Returns the table of the help. */
    static Map<String, String> list() {
        return Arrays.stream(values())
                .collect(Collectors.toMap(
                        exit -> String.valueOf(exit.number), Exit::meaning, (one, other) -> one, LinkedHashMap::new));
    }

    static Exit of(Exception failure) {
        return switch (failure) {
            case ConfigException refused -> CONFIGURATION;
            case KeeperFailure known -> known.exit();
            case HawserException refused -> ofCode(refused);
            default -> INTERNAL;
        };
    }

    private static Exit ofCode(HawserException refused) {
        return switch (refused.code()) {
            case UNAVAILABLE -> ZOOKEEPER_UNREACHABLE;
            case NOT_FOUND -> NOT_FOUND;
            case FAILED_PRECONDITION -> CONFLICT;
            case INVALID_ARGUMENT -> USAGE;
            case DEADLINE_EXCEEDED -> TIMEOUT;
            default -> INTERNAL;
        };
    }
}
