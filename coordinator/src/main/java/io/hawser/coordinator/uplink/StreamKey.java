package io.hawser.coordinator.uplink;

import io.hawser.rpc.v1.OutboxItem;

/** The uplinks, or the events, of an endpoint of an app: what order holds in. */
record StreamKey(String user, String device, boolean events) {
    static StreamKey of(OutboxItem item) {
        return new StreamKey(item.getUser(), item.getDevice(), item.hasEvent());
    }
}
