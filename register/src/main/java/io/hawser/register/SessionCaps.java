package io.hawser.register;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;

/** Refuses sessions beyond the limits with RESOURCE_EXHAUSTED, and counts what it refused. */
final class SessionCaps {
    private final RegisterMetrics metrics;

    SessionCaps(RegisterMetrics metrics) {
        this.metrics = metrics;
    }

    void checkLane(int sessions, SessionLimits limits) {
        check("sessions of the lane", sessions, limits.maxSessionsPerLane());
    }

    void checkUser(int sessions, SessionLimits limits) {
        check("sessions of the user", sessions, limits.maxSessionsPerUser());
    }

    private void check(String what, int held, int max) {
        if (held >= max) {
            metrics.overCap.increment();
            throw HawserException.refusal(
                    ErrorCode.RESOURCE_EXHAUSTED, what + ": " + max + " are held (expected: fewer)");
        }
    }
}
