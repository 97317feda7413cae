package io.hawser.room.connection;

import io.hawser.rpc.id.SlotDigests;
import io.hawser.rpc.v1.EndReason;
import io.hawser.rpc.v1.Session;
import io.hawser.rpc.v1.Stamp;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import org.jspecify.annotations.Nullable;

/**
 * What the register knows of a binding. One that could not be told is <i>detached</i>: it enters again and again, with
 * jitter, and looks into its mailbox meanwhile.
 */
final class Registration {
    private final Binding binding;
    private final ConnectionLoop loop;
    private boolean registered;
    private boolean entering;
    private boolean over;
    /** It may be in the register without our knowing its stamp: an answer was lost, or is late. */
    private boolean maybeHeld;

    private EndReason endReason = EndReason.END_REASON_UNSPECIFIED;
    private long stampVersion;
    private long stampCounter;
    /** When to enter again, or where it is registered to ask again whether it is; 0: not planned. */
    private long againMs;

    Registration(Binding binding, ConnectionLoop loop) {
        this.binding = binding;
        this.loop = loop;
    }

    boolean isRegistered() {
        return registered;
    }

    boolean hasStamp(Stamp stamp) {
        return registered && stamp.getMembershipVersion() == stampVersion && stamp.getCounter() == stampCounter;
    }

    void enter() {
        entering = true;
        againMs = 0;
        loop.hop(loop.sessions().enter(session()), this::onEntered);
    }

    private void onEntered(@Nullable Stamp stamp, @Nullable Throwable failure) {
        entering = false;
        if (stamp != null) {
            registered = true;
            stampVersion = stamp.getMembershipVersion();
            stampCounter = stamp.getCounter();
        }
        maybeHeld |= failure != null && !isRefusal(failure);
        if (over) {
            leave();
        } else if (failure instanceof HawserException refusal && refusal.code() == ErrorCode.INVALID_ARGUMENT) {
            binding.onRefused(refusal);
        } else {
            enterAgainUnlessRegistered();
            binding.onEntered();
        }
    }

    private void enterAgainUnlessRegistered() {
        if (!registered) {
            enterAgainLater();
        }
    }

    private void enterAgainLater() {
        loop.meters().enterFailed();
        againMs = loop.nowMs() + loop.waits().pollMs();
        binding.wakeAt(againMs);
    }

    /** Does what is due, and returns when there is more to do. */
    long onDue(long nowMs) {
        if (againMs != 0 && againMs <= nowMs && !entering) {
            tryAgain();
            binding.checkMailbox();
        }
        return againMs == 0 ? Wheel.NEVER : againMs;
    }

    private void tryAgain() {
        if (registered) {
            confirm();
        } else {
            enter();
        }
    }

    /**
     * Asks whether the register still holds the binding, which was out of its client's reach for a while. One that gave way
     * is kicked by the register; one that cannot be asked about is asked about again.
     */
    void confirm() {
        if (registered && !over) {
            againMs = 0;
            loop.hop(loop.sessions().confirm(session()), this::onConfirmed);
        }
    }

    private void onConfirmed(@Nullable Boolean anew, @Nullable Throwable failure) {
        if (over || !registered) {
            return;
        }
        if (anew == null) {
            enterAgainLater();
        } else if (anew) {
            binding.checkMailbox();
        }
    }

    /** Certainly not taken; of all else the outcome is unknown. */
    private static boolean isRefusal(Throwable failure) {
        return failure instanceof HawserException refusal
                && switch (refusal.code()) {
                    case INVALID_ARGUMENT, RESOURCE_EXHAUSTED, NOT_OWNER -> true;
                    default -> false;
                };
    }

    /** The binding has ended. What is still to be answered is undone then. */
    void end(EndReason why) {
        over = true;
        endReason = why;
        leave();
    }

    private void leave() {
        if (!entering && (registered || maybeHeld)) {
            loop.sessions().leave(session(), endReason, loop.parking().awayMs(binding.connection()));
            registered = false;
            maybeHeld = false;
        }
    }

    /** Nothing, where no stamp was heard of. */
    void addTo(SlotDigests digests) {
        if (registered) {
            digests.add(binding.slot(), binding.connection().id(), binding.number(), stampVersion, stampCounter);
        }
    }

    /** Without a stamp where none was heard of. */
    Session session() {
        Session.Builder session = binding.describe();
        if (registered) {
            session.setStamp(
                    Stamp.newBuilder().setMembershipVersion(stampVersion).setCounter(stampCounter));
        }
        return session.build();
    }
}
