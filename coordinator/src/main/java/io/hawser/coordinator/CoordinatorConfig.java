package io.hawser.coordinator;

import io.hawser.coordinator.event.EventSettings;
import io.hawser.coordinator.uplink.ForwardSettings;
import io.hawser.coordinator.webhook.WebhookSettings;
import io.hawser.keeper.config.AdminListen;
import io.hawser.keeper.config.LinkListen;
import io.hawser.rpc.directory.AppDirectorySettings;
import io.hawser.rpc.kick.CourierSettings;
import io.hawser.rpc.link.LinkServerSettings;
import io.hawser.rpc.link.LinkSettings;
import java.util.List;

/**
 * The coordinator's configuration. What belongs to {@code kicks}, {@code uplinks}, {@code events} and {@code
 * webhooks} is applied live, the rest is read at the start.
 *
 * @param link where registers, centers and rooms reach this coordinator
 * @param admin where its admin pages are served
 * @param zone where it stands; empty where there are no zones
 * @param links how rooms are called
 * @param serving how calls are answered
 * @param kicks how kicks are repeated until the room confirms
 * @param directory how the copy of the apps is kept
 * @param uplinks how what goes up is forwarded
 * @param events how state events are taken
 * @param webhooks how back ends are called
 */
public record CoordinatorConfig(
        LinkListen link,
        AdminListen admin,
        String zone,
        LinkSettings links,
        LinkServerSettings serving,
        CourierSettings kicks,
        AppDirectorySettings directory,
        ForwardSettings uplinks,
        EventSettings events,
        WebhookSettings webhooks) {
    private static final List<String> LIVE = List.of("kicks.", "uplinks.", "events.", "webhooks.");

    /** Whether a change of the key is applied while the coordinator runs. */
    static boolean isLive(String key) {
        return LIVE.stream().anyMatch(key::startsWith);
    }

    public static CoordinatorConfig defaults() {
        return new CoordinatorConfig(
                LinkListen.defaults(),
                AdminListen.defaults(),
                "",
                LinkSettings.defaults(),
                LinkServerSettings.defaults(),
                CourierSettings.defaults(),
                AppDirectorySettings.defaults(),
                ForwardSettings.defaults(),
                EventSettings.defaults(),
                WebhookSettings.defaults());
    }
}
