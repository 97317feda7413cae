package io.hawser.standalone.command;

import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What an operator has connected clients do, by {@code POST /v1/commands}. */
@Command(
        name = "command",
        description =
                "Has connected clients do something: those of a room, an app, a user, a device, or one connection.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            CommandCommand.Move.class,
            CommandCommand.AskDispatcher.class,
            CommandCommand.Throttle.class,
            CommandCommand.Heartbeat.class,
            CommandCommand.Diagnostics.class
        },
        footer = {
            "",
            "Who is not connected is not told, and clients may be older than a command. It is in the audit log.",
            "Exit codes: 0 all rooms answered, 1 not all, or refused (one line says why), 2 wrong usage."
        })
public final class CommandCommand {
    @Command(name = "move", description = "Go to another room.")
    static final class Move extends ToldToClients {
        @Option(
                names = "--to",
                paramLabel = "ADDRESS",
                description = "Where to, ip:port; may be repeated (default: what the dispatcher says).")
        private List<String> addresses = List.of();

        @Option(
                names = "--within",
                paramLabel = "TIME",
                description = "Each at a moment of its own within this, such as 5m (default: 0s, at once).")
        private String within = "0s";

        @Override
        String name() {
            return "move";
        }

        @Override
        Map<String, Object> command() {
            return Map.of("addresses", addresses, "withinSeconds", TimeSpan.seconds("within", within));
        }
    }

    @Command(name = "ask-dispatcher", description = "Ask the dispatcher before the next connect.")
    static final class AskDispatcher extends ToldToClients {
        @Override
        String name() {
            return "askDispatcher";
        }

        @Override
        Map<String, Object> command() {
            return Map.of();
        }
    }

    @Command(name = "throttle", description = "Send less, on this connection.")
    static final class Throttle extends ToldToClients {
        @Option(
                names = "--frames",
                required = true,
                paramLabel = "N",
                description = "Frames a second at most; 0: as many as ever.")
        private int framesPerSecond;

        @Option(names = "--for", paramLabel = "TIME", description = "For so long (default: 60s).")
        private String time = "60s";

        @Override
        String name() {
            return "throttle";
        }

        @Override
        Map<String, Object> command() {
            return Map.of("framesPerSecond", framesPerSecond, "seconds", TimeSpan.seconds("for", time));
        }
    }

    @Command(
            name = "heartbeat",
            description = "Be heard so often on this connection; the room decides within its bounds.")
    static final class Heartbeat extends ToldToClients {
        @Option(names = "--every", required = true, paramLabel = "TIME", description = "Such as 60s.")
        private String every = "";

        @Override
        String name() {
            return "setHeartbeat";
        }

        @Override
        Map<String, Object> command() {
            return Map.of("seconds", TimeSpan.seconds("every", every));
        }
    }

    @Command(name = "diagnostics", description = "Tell the room how you are: what clients answer is in the room's log.")
    static final class Diagnostics extends ToldToClients {
        @Option(names = "--request", paramLabel = "TEXT", description = "Stands beside each answer (default: none).")
        private String request = "";

        @Override
        String name() {
            return "sendDiagnostics";
        }

        @Override
        Map<String, Object> command() {
            return Map.of("request", request);
        }
    }
}
