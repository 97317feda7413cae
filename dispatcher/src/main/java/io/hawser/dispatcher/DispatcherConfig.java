package io.hawser.dispatcher;

import io.hawser.keeper.config.AdminListen;
import io.hawser.keeper.config.LinkListen;
import io.hawser.rpc.link.LinkServerSettings;

/**
 * The dispatcher's configuration. {@code addresses} and {@code reports} hold from the moment they change; the rest is
 * read at the start.
 *
 * @param link where rooms reach this dispatcher
 * @param admin where its admin pages are served
 * @param zone where it stands; empty where there are no zones
 * @param serving how rooms are answered
 * @param http where clients ask
 * @param reports how rooms' reports are taken
 * @param addresses what clients are answered
 */
public record DispatcherConfig(
        LinkListen link,
        AdminListen admin,
        String zone,
        LinkServerSettings serving,
        HttpListen http,
        ReportLimits reports,
        AddressLimits addresses) {
    /** Whether the key, as {@code reports.maxAge}, holds from the moment it changes. */
    static boolean isLive(String key) {
        return key.startsWith("addresses.") || key.startsWith("reports.");
    }

    public static DispatcherConfig defaults() {
        return new DispatcherConfig(
                LinkListen.defaults(),
                AdminListen.defaults(),
                "",
                LinkServerSettings.defaults(),
                HttpListen.defaults(),
                ReportLimits.defaults(),
                AddressLimits.defaults());
    }
}
