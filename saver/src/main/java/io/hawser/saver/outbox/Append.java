package io.hawser.saver.outbox;

import com.google.protobuf.ByteString;
import io.hawser.rpc.event.Presence;
import io.hawser.rpc.v1.AppendUplinkReply;
import io.hawser.rpc.v1.AppendUplinkRequest;
import io.hawser.rpc.v1.OutboxItem;
import io.hawser.rpc.v1.StateEvent;
import io.hawser.rpc.v1.UplinkItem;
import org.jspecify.annotations.Nullable;

/** What is to be appended to a stream, decided while the stream is locked. */
sealed interface Append {
    StreamId stream();

    /** Most that the app may have undelivered; 0: any number. */
    int maxPending();

    /** Whether it would add to the outbox; what would not needs no room there. */
    default boolean isNew(StreamState state) {
        return true;
    }

    /** Decides, and returns what goes into the outbox; null: nothing. */
    @Nullable
    OutboxItem decide(StreamState state, long nowMs);

    private static OutboxItem.Builder placed(StreamState state, long nowMs) {
        StreamState.Place place = state.next();
        return OutboxItem.newBuilder()
                .setApp(state.id.app())
                .setUser(state.id.user())
                .setDevice(state.id.device())
                .setOrdinal(place.ordinal())
                .setAfterOrdinal(place.afterOrdinal())
                .setQueuedMs(nowMs);
    }

    /** An uplink, taken where all up to its {@code prev} were, and it was not. */
    record Uplink(StreamId stream, AppendUplinkRequest request) implements Append {
        @Override
        public int maxPending() {
            return request.getMaxPending();
        }

        @Override
        public boolean isNew(StreamState state) {
            long stored = state.stored(request.getInstallationNonce());
            return !isOutOfOrder(stored) && request.getNumber() > stored;
        }

        @Override
        public @Nullable OutboxItem decide(StreamState state, long nowMs) {
            if (!isNew(state)) {
                return null;
            }
            state.store(request.getInstallationNonce(), request.getNumber());
            return placed(state, nowMs)
                    .setWebhookId(webhookId())
                    .setReceivedMs(request.getReceivedMs() == 0 ? nowMs : request.getReceivedMs())
                    .setUplink(uplink())
                    .build();
        }

        /** The answer, of what was known before this one was decided and of what came of it. */
        AppendUplinkReply reply(long storedBefore, long storedNow, @Nullable OutboxItem item) {
            AppendUplinkReply.Builder reply =
                    AppendUplinkReply.newBuilder().setStored(storedNow).setOutOfOrder(isOutOfOrder(storedBefore));
            return item == null ? reply.build() : reply.setItem(item).build();
        }

        ByteString nonce() {
            return request.getInstallationNonce();
        }

        private boolean isOutOfOrder(long stored) {
            return request.getPrev() > stored;
        }

        /** Of what makes the uplink the one it is: should it ever be stored twice, its back end can tell. */
        private String webhookId() {
            return new Digest("uplink")
                    .add(stream.key())
                    .add(request.getInstallationNonce())
                    .add(request.getNumber())
                    .webhookId();
        }

        private UplinkItem.Builder uplink() {
            return UplinkItem.newBuilder()
                    .setNumber(request.getNumber())
                    .setInstallationNonce(request.getInstallationNonce())
                    .setRoute(request.getRoute())
                    .setBody(request.getBody())
                    .setText(request.getText())
                    .setCorrelation(request.getCorrelation())
                    .setMailbox(request.getMailbox());
        }
    }

    /** A state event; ONLINE and OFFLINE are taken where they are news, all others once. */
    record Event(StreamId stream, StateEvent event, int maxPending) implements Append {
        @Override
        public boolean isNew(StreamState state) {
            return Presence.is(event) || !state.recent().contains(webhookId());
        }

        @Override
        public @Nullable OutboxItem decide(StreamState state, long nowMs) {
            if (Presence.is(event) ? !state.hears(event) : !isNew(state)) {
                return null;
            }
            String webhookId = webhookId();
            if (!Presence.is(event)) {
                state.recent().add(webhookId);
            }
            return placed(state, nowMs)
                    .setWebhookId(webhookId)
                    .setReceivedMs(event.getAtMs() == 0 ? nowMs : event.getAtMs())
                    .setEvent(event)
                    .build();
        }

        /** Of all that it says: who tells it again, not knowing whether it was taken, tells the same one. */
        private String webhookId() {
            return new Digest("event")
                    .add(stream.key())
                    .add(event.toByteString())
                    .webhookId();
        }
    }

    /** A dead letter that is driven again: the same webhook, at the end of its stream. */
    record Redriven(StreamId stream, OutboxItem letter) implements Append {
        @Override
        public int maxPending() {
            return 0;
        }

        @Override
        public OutboxItem decide(StreamState state, long nowMs) {
            StreamState.Place place = state.next();
            return letter.toBuilder()
                    .clearId()
                    .clearAttempts()
                    .clearNextAttemptMs()
                    .clearLastError()
                    .setOrdinal(place.ordinal())
                    .setAfterOrdinal(place.afterOrdinal())
                    .setQueuedMs(nowMs)
                    .build();
        }
    }
}
