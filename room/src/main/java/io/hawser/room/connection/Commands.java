package io.hawser.room.connection;

import com.google.protobuf.InvalidProtocolBufferException;
import io.hawser.rpc.v1.GiveCommandReply;
import io.hawser.rpc.v1.GiveCommandRequest;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.hawser.wire.v1.Command;
import io.hawser.wire.v1.SetHeartbeat;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/** Tells clients to do what an operator wants: one connection's, a user's, an app's, or all. From any thread. */
public final class Commands {
    private final ConnectionLoops loops;

    public Commands(ConnectionLoops loops) {
        this.loops = loops;
    }

    /**
     * Tells those who are meant.
     *
     * @return completes once it is written to all of them
     * @throws HawserException INVALID_ARGUMENT where it is no command
     */
    public CompletableFuture<GiveCommandReply> give(GiveCommandRequest request) {
        Command command = parse(request);
        AtomicLong told = new AtomicLong();
        CompletableFuture<?>[] done = loops.all().stream()
                .map(loop -> give(loop, request, command, told))
                .toArray(CompletableFuture[]::new);
        return CompletableFuture.allOf(done)
                .thenApply(
                        all -> GiveCommandReply.newBuilder().setTold(told.get()).build());
    }

    private static Command parse(GiveCommandRequest request) {
        try {
            Command command = Command.parseFrom(request.getCommand());
            if (command.getCommandCase() != Command.CommandCase.COMMAND_NOT_SET) {
                return command;
            }
        } catch (InvalidProtocolBufferException e) {
            throw new HawserException(ErrorCode.INVALID_ARGUMENT, "command: malformed", e);
        }
        throw HawserException.refusal(ErrorCode.INVALID_ARGUMENT, "command: none (expected: one of this release)");
    }

    private static CompletableFuture<Void> give(
            ConnectionLoop loop, GiveCommandRequest request, Command command, AtomicLong told) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        loop.execute(() -> Walk.over(
                meant(loop, request),
                loop,
                connection -> {
                    if (isMeant(connection, request) && give(connection, command)) {
                        told.incrementAndGet();
                    }
                },
                () -> done.complete(null)));
        return done;
    }

    /** Those among whom the ones that are meant are found; a user's are found without looking at all. */
    private static Collection<Connection> meant(ConnectionLoop loop, GiveCommandRequest request) {
        if (request.getConnection() != 0) {
            Connection one = loop.members().connection(request.getConnection());
            return one == null ? List.of() : List.of(one);
        }
        if (request.getUser().isEmpty()) {
            return loop.members().connections();
        }
        Set<Connection> ofUser = new LinkedHashSet<>();
        loop.members().forEach(request.getApp(), request.getUser(), binding -> ofUser.add(binding.connection()));
        return ofUser;
    }

    private static boolean isMeant(Connection connection, GiveCommandRequest request) {
        if (request.getApp().isEmpty()) {
            return true;
        }
        for (Binding binding : connection.bindings()) {
            Reader reader = binding.reader();
            boolean ofUser = request.getUser().isEmpty() || request.getUser().equals(reader.user());
            boolean ofDevice =
                    request.getDevice().isEmpty() || request.getDevice().equals(reader.device());
            if (reader.app().equals(request.getApp()) && ofUser && ofDevice) {
                return true;
            }
        }
        return false;
    }

    private static boolean give(Connection connection, Command command) {
        return switch (command.getCommandCase()) {
            case SET_HEARTBEAT -> setHeartbeat(connection, command.getSetHeartbeat());
            case SEND_DIAGNOSTICS -> connection.loop.diagnoses().ask(connection, command);
            case MOVE, ASK_DISPATCHER, THROTTLE, COMMAND_NOT_SET -> connection.command(command);
        };
    }

    /** The room waits as long for the client as that is told to take, and so decides, as it does for HELLO. */
    private static boolean setHeartbeat(Connection connection, SetHeartbeat wish) {
        return connection.hearEvery(connection.decideHeartbeat(wish.getHeartbeatSeconds(), ""));
    }
}
