package io.hawser.standalone.cluster;

import io.hawser.agent.AgentException;
import io.hawser.agent.AgentExit;
import io.hawser.agent.Supervisor;
import io.hawser.agent.control.ControlAnswer;
import io.hawser.agent.control.ControlRequest;
import io.hawser.agent.control.SupervisorControl;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** A cluster's plan, to which a process may be added while it runs. */
final class GrowingCluster {
    private final ClusterProcesses processes;
    private ClusterPlan plan;

    GrowingCluster(ClusterProcesses processes, ClusterPlan plan) {
        this.processes = processes;
        this.plan = plan;
    }

    CompletionStage<ControlAnswer> add(ControlRequest request, Supervisor supervisor) {
        Kind kind = Kind.parse(request.names().isEmpty() ? "" : request.names().getFirst());
        ClusterPlan grown = grow(kind);
        String name = grown.names(kind).getLast();
        return supervisor
                .add(processes.service(grown, kind, name), Duration.ofSeconds(request.withinSeconds()))
                .thenCompose(ready -> supervisor.status(name))
                .thenApply(status -> SupervisorControl.done(List.of(status)));
    }

    /** Two that are asked for at once get two names. */
    private synchronized ClusterPlan grow(Kind kind) {
        plan = plan.withOneMore(kind);
        try {
            plan.write(processes.data());
        } catch (IOException e) {
            throw new AgentException(AgentExit.FAILED, "the plan of the cluster cannot be written: " + e, e);
        }
        return plan;
    }
}
