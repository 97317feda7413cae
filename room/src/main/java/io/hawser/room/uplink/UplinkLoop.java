package io.hawser.room.uplink;

import io.hawser.room.connection.Attached;
import io.hawser.room.connection.Host;
import io.hawser.room.fair.AppShares;
import io.hawser.room.fair.AppTurns;
import io.hawser.rpc.v1.CarryUplinkReply;
import io.hawser.rpc.v1.CarryUplinkRequest;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.v1.Uplink;
import java.time.Duration;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What an event loop has in hand of uplinks: so many bytes, so many of them with coordinators. The apps share both, and take
 * turns: a back end that answers late holds up its own app's alone.
 */
final class UplinkLoop {
    /** A client that is refused waits as long as we would after so many failures. */
    private static final int AS_AFTER_FAILURES = 5;

    private final Host host;
    private final UplinkCarrier carrier;
    private final Supplier<UplinkConfig> config;
    private final UplinkMeters meters;
    /** Lines whose first uplink waits for others' to be answered; each is in it once. */
    private final AppTurns<UplinkLine> turns = new AppTurns<>();

    private final AppShares bytesInHand = new AppShares();
    private final AppShares inFlight = new AppShares();

    UplinkLoop(Host host, UplinkCarrier carrier, Supplier<UplinkConfig> config, UplinkMeters meters) {
        this.host = host;
        this.carrier = carrier;
        this.config = config;
        this.meters = meters;
    }

    UplinkConfig config() {
        return config.get();
    }

    UplinkMeters meters() {
        return meters;
    }

    long nowMs() {
        return host.nowMs();
    }

    /** How long a client that was refused with this code is to stay away; 0: it need not wait. */
    int retryAfterMs(ErrorCode code) {
        return UplinkFailures.isForGood(code) ? 0 : (int) host.backoffMs(AS_AFTER_FAILURES);
    }

    /** Takes an app's uplink in hand; false where too much is. */
    boolean take(String app, Uplink uplink) {
        int size = uplink.getBody().size();
        if (!bytesInHand.mayTake(app, size, config().maxBytesPerLoop().bytes())) {
            return false;
        }
        bytesInHand.take(app, size);
        meters.taken();
        return true;
    }

    void letGo(String app, Uplink uplink) {
        bytesInHand.giveBack(app, uplink.getBody().size());
        meters.letGo();
    }

    /** Whether another of the app's may go to a coordinator now. */
    boolean maySend(String app) {
        return inFlight.mayTake(app, 1, config().maxInFlightPerLoop());
    }

    /** Has the line send its first once there is a place. */
    void await(String app, UplinkLine line) {
        turns.add(app, line);
        giveTurns();
    }

    /** Sends one; {@code then} is called on the loop. */
    void carry(Attached binding, Uplink uplink, BiConsumer<@Nullable CarryUplinkReply, @Nullable Throwable> then) {
        String app = binding.app();
        inFlight.take(app, 1);
        Duration within = uplink.getNumber() == 0 ? config().onceWithin() : config().storeWithin();
        host.hop(carrier.carry(request(binding, uplink), within), (reply, failure) -> {
            inFlight.giveBack(app, 1);
            letGo(app, uplink);
            then.accept(reply, failure);
            giveTurns();
        });
    }

    private static CarryUplinkRequest request(Attached binding, Uplink uplink) {
        return CarryUplinkRequest.newBuilder()
                .setApp(binding.app())
                .setUser(binding.user())
                .setDevice(binding.device())
                .setMailbox(binding.mailbox())
                .setInstallationNonce(binding.installationNonce())
                .setLocation(binding.location())
                .setNumber(uplink.getNumber())
                .setPrev(uplink.getPrev())
                .setRoute(uplink.getRoute())
                .setBody(uplink.getBody())
                .setText(uplink.getText())
                .setCorrelation(uplink.getCorrelation())
                .build();
    }

    private void giveTurns() {
        for (UplinkLine next = turns.next(this::maySend); next != null; next = turns.next(this::maySend)) {
            next.onTurn();
        }
    }
}
