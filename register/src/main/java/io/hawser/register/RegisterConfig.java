package io.hawser.register;

import io.hawser.keeper.config.AdminListen;
import io.hawser.keeper.config.LinkListen;
import io.hawser.rpc.event.EventSettings;
import io.hawser.rpc.kick.CourierSettings;
import io.hawser.rpc.link.LinkServerSettings;
import io.hawser.rpc.link.LinkSettings;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.time.Duration;
import java.util.Set;

/**
 * The register's configuration. The limits of {@code sessions}, {@code parking}, and all of {@code handOver}, {@code presence}, {@code events} and {@code kicks}, hold from the moment they change; the
 * rest is read at the start: a register restarts in a second, and rooms pour.
 *
 * @param link where rooms, centers and others reach this register
 * @param admin where its admin pages are served
 * @param zone where it stands; empty where there are no zones
 * @param links how coordinators are called
 * @param serving how calls are answered
 * @param sessions what is held, and for how long
 * @param handOver how slots that become another's are handed over
 * @param parking how long after its last session a device is not yet offline, for it may be back; also how long after the
 *     rooms have told all of a slot its devices are compared with those that were told to be online
 * @param presence how devices are kept that may be back
 * @param events how coordinators are told who comes and goes
 * @param kicks how kicks are repeated until a coordinator took them over
 */
public record RegisterConfig(
        LinkListen link,
        AdminListen admin,
        String zone,
        LinkSettings links,
        LinkServerSettings serving,
        SessionLimits sessions,
        HandOverSettings handOver,
        Duration parking,
        PresenceSettings presence,
        EventSettings events,
        CourierSettings kicks) {
    private static final Duration LONGEST_PARKING = Duration.ofHours(1);
    private static final Set<String> SESSIONS_AT_START = Set.of("sessions.lanes", "sessions.laneQueue");

    public RegisterConfig {
        if (parking.isNegative() || parking.compareTo(LONGEST_PARKING) > 0) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT, "parking: " + parking + " (expected: 0 s to 1 h)");
        }
    }

    /** Whether the key, as {@code sessions.roomGrace}, holds from the moment it changes. */
    static boolean isLive(String key) {
        return key.startsWith("kicks.")
                || key.equals("parking")
                || key.startsWith("handOver.")
                || key.startsWith("presence.")
                || key.startsWith("events.")
                || (key.startsWith("sessions.") && !SESSIONS_AT_START.contains(key));
    }

    public static RegisterConfig defaults() {
        return new RegisterConfig(
                LinkListen.defaults(),
                AdminListen.defaults(),
                "",
                LinkSettings.defaults(),
                LinkServerSettings.defaults(),
                SessionLimits.defaults(),
                HandOverSettings.defaults(),
                Duration.ofSeconds(30),
                PresenceSettings.defaults(),
                EventSettings.defaults(),
                CourierSettings.defaults());
    }
}
