package io.hawser.register;

import io.hawser.rpc.v1.EndReason;
import io.hawser.rpc.v1.Stamp;

/**
 * A device without a session, as its back end is told of it: when and why its last one ended.
 *
 * @param slot the slot's sessions, while it is ours
 * @param dueNanos when it counts as offline, by the monotonic clock
 */
record Away(Device device, SlotSessions slot, Stamp stamp, String room, EndReason reason, long atMs, long dueNanos) {
    /** Of a user of an app. */
    record Device(String app, String user, String device) {}
}
