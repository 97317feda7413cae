package io.hawser.standalone.cluster;

import io.hawser.agent.AgentExit;
import io.hawser.agent.command.AgentFormat;
import io.hawser.agent.command.AgentHome;
import io.hawser.agent.command.AgentVerbs;
import io.hawser.agent.control.ControlClient;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "add",
        description = "Adds one more process of a service to the running cluster; returns when it is ready.")
final class ClusterAddCommand implements Callable<Integer> {
    static final String VERB = "add";

    @ParentCommand
    private @Nullable AgentHome home;

    @Parameters(paramLabel = "SERVICE", description = "room, register, saver, center, coordinator or dispatcher.")
    private String service = "";

    @Option(names = "-o", paramLabel = "FORMAT", description = "${COMPLETION-CANDIDATES} (default: table)")
    private AgentFormat format = AgentFormat.table;

    @Option(
            names = "--within",
            paramLabel = "SECONDS",
            description = "How long to wait until it serves (default: 120).")
    private long withinSeconds = 120;

    @Override
    public Integer call() {
        AgentHome known = home;
        if (known == null) {
            throw new IllegalStateException("not called through picocli");
        }
        Kind kind = Kind.parse(service);
        var answer = new ControlClient(known.directory()).ask(VERB, List.of(kind.label()), withinSeconds);
        AgentVerbs.print(System.out, format, answer);
        return AgentExit.OK.number();
    }
}
