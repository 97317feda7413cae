package io.hawser.dispatcher;

import io.hawser.keeper.config.AdminListen;
import io.hawser.keeper.config.LinkListen;
import io.hawser.rpc.link.LinkServerSettings;

/**
 * The dispatcher's configuration. {@code addresses} is applied live, the rest at the start.
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
