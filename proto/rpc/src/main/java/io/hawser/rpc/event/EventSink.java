package io.hawser.rpc.event;

import io.hawser.rpc.v1.EventKind;
import io.hawser.rpc.v1.StateEvent;

/** Where state events are told. May be used by any thread, and never blocks. */
public interface EventSink {
    /** Whether the app's back end wants events of this kind, as of about a second ago; what it does not is not told. */
    boolean wants(String app, EventKind kind);

    /** Takes an event over. Those of one endpoint arrive in the order in which they were told. */
    void tell(StateEvent event);

    /** Whether a coordinator has ever said what is wanted. */
    boolean isAsked();

    /** Whether there is an app that wants to hear who comes and goes, and every coordinator knows of it. */
    boolean anyoneWantsPresence();

    /**
     * Grows where ONLINE or OFFLINE of the slot's devices may be lost (dropped, or refused by a full outbox), and once an
     * app that begins to want them is known to every coordinator: who was told online has to be compared with who is, for the one that was lost may have
     * been the last of its device.
     */
    long missed(int slot);

    /** Whether so much waits that those who can put off what they have to tell should. */
    boolean isBusy();

    /** Whether the app wants to hear who comes and goes: both kinds are told then, for what is offline was online. */
    default boolean wantsPresence(String app) {
        return wants(app, EventKind.EVENT_ONLINE) || wants(app, EventKind.EVENT_OFFLINE);
    }
}
