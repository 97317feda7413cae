package io.hawser.agent.command;

import io.hawser.agent.AgentException;
import io.hawser.agent.AgentExit;
import io.hawser.agent.control.ControlAnswer;
import io.hawser.agent.control.ControlClient;
import io.hawser.agent.control.ControlJson;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** The commands that ask a running agent; below any command that is an {@link AgentHome}. */
public final class AgentVerbs {
    /** A drain, the start of a JVM beside eleven others, and a slow disk. */
    private static final String USUAL_WAIT = "120";

    private AgentVerbs() {}

    abstract static class Verb implements Callable<Integer> {
        @ParentCommand
        private @Nullable AgentHome home;

        @Option(
                names = "-o",
                paramLabel = "FORMAT",
                defaultValue = "table",
                description = "${COMPLETION-CANDIDATES} (default: table)")
        private AgentFormat format = AgentFormat.table;

        @Option(
                names = "--within",
                paramLabel = "SECONDS",
                defaultValue = USUAL_WAIT,
                description = "How long to wait for what is asked for (default: " + USUAL_WAIT + ").")
        private long withinSeconds;

        @Override
        public Integer call() {
            ControlAnswer answer =
                    client().ask(getClass().getAnnotation(Command.class).name(), names(), withinSeconds);
            print(System.out, format, answer);
            return AgentExit.OK.number();
        }

        abstract List<String> names();

        ControlClient client() {
            AgentHome known = home;
            if (known == null) {
                throw new IllegalStateException("not called through picocli");
            }
            return new ControlClient(known.directory());
        }

        long withinSeconds() {
            return withinSeconds;
        }
    }

    abstract static class ProcessVerb extends Verb {
        @Parameters(arity = "1..*", paramLabel = "NAME", description = "Processes, as 'status' names them.")
        private List<String> names = List.of();

        @Override
        List<String> names() {
            return names;
        }
    }

    @Command(
            name = "status",
            description = "Shows every process: state, pid, restarts, CPU, memory, uptime, last exit.")
    public static final class Status extends Verb {
        @Parameters(arity = "0..*", paramLabel = "NAME", description = "These alone.")
        private List<String> names = List.of();

        @Override
        List<String> names() {
            return names;
        }
    }

    @Command(name = "start", description = "Starts what is down; returns when it is ready.")
    public static final class Start extends ProcessVerb {}

    @Command(
            name = "drain",
            description = "SIGTERM: it ends its work in hand, and stays down until it is started. Returns when it has"
                    + " ended.")
    public static final class Drain extends ProcessVerb {}

    @Command(name = "restart", description = "Drains it and starts it again; returns when it is ready.")
    public static final class Restart extends ProcessVerb {}

    @Command(name = "kill", description = "SIGKILL, as a crash; it is started again after a pause.")
    public static final class Kill extends ProcessVerb {}

    @Command(name = "pause", description = "SIGSTOP: it stands still with its connections open, until 'resume'.")
    public static final class Pause extends ProcessVerb {}

    @Command(name = "resume", description = "SIGCONT: it goes on where it was.")
    public static final class Resume extends ProcessVerb {}

    @Command(name = "down", description = "Stops every process in order, then the agent; returns when nothing runs.")
    public static final class Down extends Verb {
        @Override
        List<String> names() {
            return List.of();
        }

        @Override
        public Integer call() {
            var agent = client().process();
            client().ask("down", List.of(), withinSeconds());
            agent.ifPresent(process -> awaitEnd(process, Duration.ofSeconds(withinSeconds())));
            return AgentExit.OK.number();
        }

        private static void awaitEnd(ProcessHandle agent, Duration atMost) {
            try {
                agent.onExit().get(atMost.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException late) {
                throw new AgentException(
                        AgentExit.FAILED, "the agent, process " + agent.pid() + ", has not ended", late);
            } catch (ExecutionException e) {
                throw new IllegalStateException("the end of a process never fails", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Prints what was answered. */
    public static void print(PrintStream out, AgentFormat format, ControlAnswer answer) {
        switch (format) {
            case table -> StatusTable.print(out, answer.processes(), Instant.now());
            case json -> {
                try {
                    out.println(ControlJson.write(answer.processes()));
                    out.flush();
                } catch (IOException e) {
                    throw new AgentException(AgentExit.FAILED, "status: cannot be written as JSON", e);
                }
            }
        }
    }
}
