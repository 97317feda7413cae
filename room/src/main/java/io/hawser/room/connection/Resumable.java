package io.hawser.room.connection;

import io.hawser.room.access.Source;
import io.hawser.rpc.v1.EndReason;
import org.jspecify.annotations.Nullable;

/**
 * A connection's bindings, and how these outlive its channel: who drops is parked, with all that is known of it but the
 * channel, and taken up again on another one.
 *
 * <p>What a {@link Connection} is built on rather than a part of it, as its {@link Lifecycle} is.
 */
abstract class Resumable extends Visitor {
    /** A byte's worth: a round that came again would have a token serve twice. */
    static final int MAX_ROUNDS = Byte.MAX_VALUE;

    private final long id;
    private Binding[] bindings = Bindings.NONE;
    private CloseReason reason = CloseReason.CLIENT;
    /** How often its client came back, for a token is of one round; negative: so often, and it would not again. */
    private byte round = -1;

    Resumable(ConnectionLoop loop, Outlet out, Source source, long id) {
        super(loop, out, source);
        this.id = id;
    }

    /** The same object, for those who keep connections. */
    abstract Connection self();

    final long id() {
        return id;
    }

    final CloseReason reason() {
        return reason;
    }

    /** It is about to end, and why. */
    final void endsFor(CloseReason why) {
        reason = why;
    }

    // Its bindings.

    @Nullable
    Binding binding(int number) {
        return Bindings.find(bindings, number);
    }

    /** All of them now, in the order they came; the array is never changed. */
    Binding[] bindings() {
        return bindings;
    }

    int bindingsUnderWay(String app) {
        return Bindings.underWay(bindings, app);
    }

    void add(Binding binding) {
        bindings = Bindings.with(bindings, binding);
        loop.members().add(binding);
        loop.meters().bindingAdded();
        binding.begin();
    }

    /** Ends a binding; its client was told, or is not to be. */
    final void end(Binding binding, EndReason why) {
        bindings = Bindings.without(bindings, binding);
        drop(binding, why);
        if (phase() == Phase.PARKED) {
            if (bindings.length == 0) {
                endParked(Parking.Outcome.ENDED);
            } else {
                loop.parking().changed(self());
            }
        }
    }

    final void endBindings() {
        EndReason why = EndReasons.of(reason);
        for (Binding binding : bindings) {
            drop(binding, why);
        }
        bindings = Bindings.NONE;
    }

    private void drop(Binding binding, EndReason why) {
        loop.members().remove(binding);
        loop.access().apps().leave(binding.app());
        loop.meters().bindingRemoved();
        binding.end(why);
    }

    @Override
    final int ofApps(int heartbeatSeconds) {
        int seconds = heartbeatSeconds;
        for (Binding binding : bindings) {
            seconds = loop.config().heartbeat().ofApp(binding.app(), seconds);
        }
        return seconds;
    }

    @Override
    long bindingsDue(long nowMs) {
        long dueMs = Wheel.NEVER;
        // A binding may end when it is asked, and leave this array for another.
        for (Binding binding : bindings) {
            dueMs = Math.min(dueMs, binding.onDue(nowMs));
        }
        return dueMs;
    }

    // The channel drops.

    /** The channel is closed: nothing can be said any more, unless the client comes back. */
    public void onClosed() {
        assert loop.inEventLoop();
        if (phase() == Phase.CLOSED || phase() == Phase.PARKED) {
            return;
        }
        if (mayPark()) {
            park();
        } else {
            over();
        }
    }

    private void over() {
        ended();
        endBindings();
        isAway();
        loop.remove(self());
        loop.meters().closed(reason);
    }

    /** Nothing is to be had from its client. */
    private void isAway() {
        loop.relief().reads(self(), true);
        loop.diagnoses().forget(self());
    }

    /** Whether its client wants to come back with a token. Returns whether it may: after so often, it is to bind anew. */
    final boolean resumable(boolean wanted) {
        boolean may = wanted && round() < MAX_ROUNDS;
        round = (byte) (may ? round() : ~round());
        return may;
    }

    private boolean isResumable() {
        return round >= 0;
    }

    /** How often its client came back. */
    final int round() {
        return isResumable() ? round : ~round;
    }

    // Coming back.

    /** Whether it is kept for its client, now that it drops: where that is lost rather than sent away. */
    boolean mayPark() {
        boolean lost = reason == CloseReason.CLIENT || reason == CloseReason.HEARTBEAT_TIMEOUT;
        return isResumable() && lost && phase() == Phase.READY && loop.parking().isOpen();
    }

    /** Its channel is dead: keeps for its client what that knows of. */
    final void park() {
        if (letGo()) {
            enter(Phase.PARKED, loop.config().parking().time());
            loop.parking().add(self());
        }
    }

    /** Lets go of the channel, and of bindings that its client was not told of. Returns whether any are left. */
    private boolean letGo() {
        out.abandon();
        EndReason why = EndReasons.of(reason);
        for (Binding binding : bindings) {
            if (!binding.isLive()) {
                end(binding, why);
            }
        }
        if (bindings.length == 0) {
            over();
            return false;
        }
        isAway();
        loop.meters().closed(reason);
        loop.access().leave(source());
        countsFor(Source.UNCOUNTED);
        loop.admission().leave(true);
        for (Binding binding : bindings) {
            binding.park();
        }
        return true;
    }

    /** Its client does not come back, or is not to. */
    void endParked(Parking.Outcome outcome) {
        reason = switch (outcome) {
            case DRAINED -> CloseReason.DRAINED;
            case OVERLOADED -> CloseReason.OVERLOADED;
            case RESUMED, EXPIRED, CROWDED_OUT, ENDED -> reason;
        };
        ended();
        endBindings();
        loop.parking().remove(self(), outcome);
        loop.members().remove(self());
    }

    /** One binding of the app makes way for another, while it is parked; those of other apps stay. */
    void makeWay(String app) {
        if (bindings.length == 1) {
            endParked(Parking.Outcome.CROWDED_OUT);
            return;
        }
        for (Binding binding : bindings) {
            if (binding.app().equals(app)) {
                end(binding, EndReasons.of(reason));
                return;
            }
        }
    }

    @Override
    void expire() {
        endParked(Parking.Outcome.EXPIRED);
    }

    /** Is no more: its channel goes to another, which counts as admitted in its place. */
    void giveUp() {
        ended();
        loop.members().remove(self());
    }

    /**
     * Its client is known to have come on another channel. Returns whether it can go on there: it is parked, or its channel
     * is dead and nobody has noticed yet, which takes no place among the parked.
     */
    final boolean canComeBack() {
        return phase() == Phase.PARKED || (mayPark() && letGo());
    }

    /** Its client, for which it {@link #canComeBack}, is back on the channel of this one. */
    void comeBack(Connection fresh) {
        loop.parking().remove(self(), Parking.Outcome.RESUMED);
        loop.meters().resumed();
        loop.admission().authenticated();
        reason = CloseReason.CLIENT;
        round = (byte) (round() + 1);
        takeOver(fresh);
    }

    /** Is what its client speaks with from now on, on the channel of one that has given up. */
    final void takeOver(Connection other) {
        countsFor(other.source());
        out.takeOver(other.out());
        out.tell(new Served(self()));
    }
}
