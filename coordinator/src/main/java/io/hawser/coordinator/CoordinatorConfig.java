package io.hawser.coordinator;

import io.hawser.keeper.config.AdminListen;
import io.hawser.keeper.config.LinkListen;
import io.hawser.rpc.kick.CourierSettings;
import io.hawser.rpc.link.LinkServerSettings;
import io.hawser.rpc.link.LinkSettings;

/**
 * The coordinator's configuration. What belongs to {@code kicks} is applied live, the rest is read at the start.
 *
 * @param link where registers, centers and rooms reach this coordinator
 * @param admin where its admin pages are served
 * @param zone where it stands; empty where there are no zones
 * @param links how rooms are called
 * @param serving how calls are answered
 * @param kicks how kicks are repeated until the room confirms
 */
public record CoordinatorConfig(
        LinkListen link,
        AdminListen admin,
        String zone,
        LinkSettings links,
        LinkServerSettings serving,
        CourierSettings kicks) {
    /** Whether a change of the key is applied while the coordinator runs. */
    static boolean isLive(String key) {
        return key.startsWith("kicks.");
    }

    public static CoordinatorConfig defaults() {
        return new CoordinatorConfig(
                LinkListen.defaults(),
                AdminListen.defaults(),
                "",
                LinkSettings.defaults(),
                LinkServerSettings.defaults(),
                CourierSettings.defaults());
    }
}
