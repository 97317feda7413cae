package io.hawser.client;

import io.hawser.wire.v1.Command;
import io.hawser.wire.v1.Move;
import io.hawser.wire.v1.Throttle;
import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.TimeUnit;

/** What a room has a client do, for one session: how often its heart beats, and commands. For the reader. */
final class Orders {
    private final Socket socket;
    private final String address;
    private final Outbound outbound;
    private final ClientSettings settings;
    private final AddressBook addresses;
    private final Comeback comeback;
    private final Diagnosis diagnosis;
    private int heartbeatSeconds;

    Orders(ConnectRace.Winner line, Outbound outbound, Connector.Parts parts) {
        this.socket = line.socket;
        this.address = line.address;
        this.outbound = outbound;
        this.settings = parts.settings;
        this.addresses = parts.addresses;
        this.comeback = parts.comeback;
        this.diagnosis = new Diagnosis(settings, parts.counters, outbound);
    }

    void heartbeat(int seconds) throws IOException {
        heartbeatSeconds = seconds;
        socket.setSoTimeout(outbound.heartbeatEvery(seconds));
    }

    void obey(Command command) throws IOException {
        switch (command.getCommandCase()) {
            case MOVE:
                move(command.getMove());
                break;
            case ASK_DISPATCHER:
                addresses.forget();
                break;
            case SET_HEARTBEAT:
                heartbeat(command.getSetHeartbeat().getHeartbeatSeconds());
                break;
            case THROTTLE:
                throttle(command.getThrottle());
                break;
            case SEND_DIAGNOSTICS:
                diagnosis.tell(command.getSendDiagnostics().getRequest(), address, heartbeatSeconds);
                break;
            default:
            // One of a later release.
        }
    }

    private void throttle(Throttle throttle) {
        outbound.throttle(throttle.getFramesPerSecond(), throttle.getDurationMs());
    }

    private void move(Move move) {
        comeback.forget();
        long withinNanos = TimeUnit.MILLISECONDS.toNanos(Integer.toUnsignedLong(move.getWithinMs()));
        outbound.endIn((long) (withinNanos * settings.chance.getAsDouble()), SessionEnd.moved(move));
    }
}
