package io.hawser.center.operation;

import io.hawser.api.v1.MoveClients;
import io.hawser.api.v1.SendCommandRequest;
import io.hawser.api.v1.SendCommandResponse;
import io.hawser.api.v1.ThrottleClients;
import io.hawser.center.operation.Audit.Act;
import io.hawser.rpc.id.AppId;
import io.hawser.rpc.id.DeviceId;
import io.hawser.rpc.id.UserId;
import io.hawser.rpc.link.LinkClient;
import io.hawser.rpc.link.Peer;
import io.hawser.rpc.link.Route;
import io.hawser.rpc.v1.GiveCommandReply;
import io.hawser.rpc.v1.GiveCommandRequest;
import io.hawser.rpc.v1.RoomGrpc;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.hawser.wire.v1.AskDispatcher;
import io.hawser.wire.v1.Command;
import io.hawser.wire.v1.Move;
import io.hawser.wire.v1.SendDiagnostics;
import io.hawser.wire.v1.SetHeartbeat;
import io.hawser.wire.v1.Throttle;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Tells clients to do something, by their rooms: each finds who is meant among its own. That costs one request a room,
 * which is less than a look-up in the registers would save: operators do this rarely.
 */
final class ClientCommands {
    /** A room of a million comes to the last of them in less. */
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private static final int MAX_SECONDS = 3_600;
    private static final int MAX_HEARTBEAT_SECONDS = 86_400;
    private static final int MAX_ADDRESSES = 16;
    private static final int MAX_ADDRESS_CHARS = 64;
    private static final int MAX_FRAMES_PER_SECOND = 1_000;
    private static final int MAX_REQUEST_BYTES = 64;

    private final LinkClient rooms;
    private final Audit audit;

    ClientCommands(LinkClient rooms, Audit audit) {
        this.rooms = rooms;
        this.audit = audit;
    }

    /** Is in the audit log before the first client is told. */
    CompletableFuture<SendCommandResponse> send(Act act, SendCommandRequest request) {
        List<Peer> meant = rooms(request);
        GiveCommandRequest give = GiveCommandRequest.newBuilder()
                .setConnection(request.getConnection())
                .setApp(request.getApp())
                .setUser(request.getUser())
                .setDevice(request.getDevice())
                .setCommand(command(request).toByteString())
                .build();
        return audit.insist(audit.entry(act, request.getCommandCase().name())).thenCompose(noted -> give(meant, give));
    }

    /** As the audit log has it: "rooms/room-1/apps/demo/users/alice". */
    static String object(SendCommandRequest request) {
        return (request.getRoom().isEmpty() ? "" : "rooms/" + request.getRoom() + "/")
                + (request.getConnection() == 0 ? "" : "connections/" + request.getConnection() + "/")
                + (request.getApp().isEmpty() ? "" : "apps/" + request.getApp() + "/")
                + (request.getUser().isEmpty() ? "" : "users/" + request.getUser());
    }

    private CompletableFuture<SendCommandResponse> give(List<Peer> meant, GiveCommandRequest give) {
        SendCommandResponse.Builder sum = SendCommandResponse.newBuilder();
        CompletableFuture<?>[] asked = meant.stream()
                .map(room -> rooms.call(Route.peer(room.name()), RoomGrpc.getGiveCommandMethod(), give, "", TIMEOUT)
                        .handle((reply, failure) -> add(sum, room, reply, failure)))
                .toArray(CompletableFuture[]::new);
        return CompletableFuture.allOf(asked).thenApply(all -> sum.build());
    }

    private static boolean add(
            SendCommandResponse.Builder sum, Peer room, @Nullable GiveCommandReply reply, @Nullable Throwable failure) {
        synchronized (sum) {
            if (reply == null) {
                sum.addMissing(room.name());
            } else {
                sum.setTold(sum.getTold() + reply.getTold());
            }
        }
        return failure == null;
    }

    private List<Peer> rooms(SendCommandRequest request) {
        check(request);
        List<Peer> all = rooms.membership().view().peers();
        if (request.getRoom().isEmpty()) {
            return all;
        }
        List<Peer> one = all.stream()
                .filter(room -> room.name().equals(request.getRoom()))
                .toList();
        if (one.isEmpty()) {
            throw HawserException.refusal(ErrorCode.NOT_FOUND, "room: " + request.getRoom() + ": does not run");
        }
        return one;
    }

    private static void check(SendCommandRequest request) {
        need(!request.getRoom().isEmpty() || !request.getApp().isEmpty(), "room, app: none (expected: at least one)");
        need(request.getConnection() == 0 || !request.getRoom().isEmpty(), "connection: without room");
        need(request.getUser().isEmpty() || !request.getApp().isEmpty(), "user: without app");
        need(request.getDevice().isEmpty() || !request.getUser().isEmpty(), "device: without user");
        if (!request.getApp().isEmpty()) {
            var _ = new AppId(request.getApp());
        }
        if (!request.getUser().isEmpty()) {
            var _ = new UserId(request.getUser());
        }
        if (!request.getDevice().isEmpty()) {
            var _ = new DeviceId(request.getDevice());
        }
    }

    private static Command command(SendCommandRequest request) {
        Command.Builder command = Command.newBuilder();
        switch (request.getCommandCase()) {
            case MOVE -> command.setMove(move(request.getMove()));
            case ASK_DISPATCHER -> command.setAskDispatcher(AskDispatcher.getDefaultInstance());
            case THROTTLE -> command.setThrottle(throttle(request.getThrottle()));
            case SET_HEARTBEAT ->
                command.setSetHeartbeat(SetHeartbeat.newBuilder()
                        .setHeartbeatSeconds(within(
                                "set_heartbeat.seconds",
                                request.getSetHeartbeat().getSeconds(),
                                1,
                                MAX_HEARTBEAT_SECONDS)));
            case SEND_DIAGNOSTICS ->
                command.setSendDiagnostics(
                        diagnostics(request.getSendDiagnostics().getRequest()));
            case COMMAND_NOT_SET ->
                need(
                        false,
                        "command: none (expected: move, ask_dispatcher, throttle, set_heartbeat or send_diagnostics)");
        }
        return command.build();
    }

    private static Move move(MoveClients move) {
        within("move.addresses", move.getAddressesCount(), 0, MAX_ADDRESSES);
        move.getAddressesList().forEach(address -> within("move.addresses", address.length(), 1, MAX_ADDRESS_CHARS));
        return Move.newBuilder()
                .addAllAddresses(List.copyOf(move.getAddressesList()))
                .setWithinMs(millis(within("move.within_seconds", move.getWithinSeconds(), 0, MAX_SECONDS)))
                .build();
    }

    private static Throttle throttle(ThrottleClients throttle) {
        return Throttle.newBuilder()
                .setFramesPerSecond(
                        within("throttle.frames_per_second", throttle.getFramesPerSecond(), 0, MAX_FRAMES_PER_SECOND))
                .setDurationMs(millis(within("throttle.seconds", throttle.getSeconds(), 0, MAX_SECONDS)))
                .build();
    }

    private static SendDiagnostics diagnostics(String request) {
        within("send_diagnostics.request bytes", request.getBytes(StandardCharsets.UTF_8).length, 0, MAX_REQUEST_BYTES);
        return SendDiagnostics.newBuilder().setRequest(request).build();
    }

    private static int millis(int seconds) {
        return (int) TimeUnit.SECONDS.toMillis(seconds);
    }

    /** Numbers of the API are unsigned. */
    private static int within(String what, int value, int min, int max) {
        long unsigned = Integer.toUnsignedLong(value);
        need(unsigned >= min && unsigned <= max, what + ": " + unsigned + " (expected: " + min + " to " + max + ")");
        return value;
    }

    private static void need(boolean holds, String message) {
        if (!holds) {
            throw HawserException.refusal(ErrorCode.INVALID_ARGUMENT, message);
        }
    }
}
