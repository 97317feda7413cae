package io.hawser.saver;

import io.hawser.rpc.v1.App;
import io.hawser.saver.directory.Directory;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says at a start that messages live longer than a device may be away without losing its copies of them. */
final class AbsenceCheck {
    private static final Logger LOG = LoggerFactory.getLogger(AbsenceCheck.class);

    private AbsenceCheck() {}

    /** @param longestAbsence 0: none is too long */
    static void run(Directory directory, Duration longestAbsence) {
        if (longestAbsence.isZero()) {
            return;
        }
        var _ = directory.longestLived().whenComplete((app, failure) -> {
            if (failure != null) {
                LOG.warn("Not known whether lanes.longestAbsence is long enough: {}", failure.toString());
            } else {
                app.filter(longest -> isTooLong(longest, longestAbsence))
                        .ifPresent(longest -> warn(longest, longestAbsence));
            }
        });
    }

    private static boolean isTooLong(App app, Duration longestAbsence) {
        return app.getMaxTtlSeconds() > longestAbsence.toSeconds();
    }

    private static void warn(App app, Duration longestAbsence) {
        LOG.warn(
                "lanes.longestAbsence: {} (expected: at least {}, the maxTtl of app {}, for each of a user's devices to have all)",
                longestAbsence,
                Duration.ofSeconds(app.getMaxTtlSeconds()),
                app.getId());
    }
}
