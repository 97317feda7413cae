package io.hawser.agent;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A process that an agent looks after.
 *
 * @param name unique with the agent, {@code room-1}
 * @param command program and arguments
 * @param environment variables beside those of the agent
 * @param stage those of a lower stage are ready before it is started, and are stopped after it
 * @param readiness how it is known that it serves
 * @param stopWithin how long it may take to end after SIGTERM; then it is killed
 * @param memoryLimitBytes resident memory beyond which it is stopped and started again; 0: none
 * @param service kind of ours that it is, {@code room}, which goes by the same name; empty: another program
 * @param finalExitCodes after which a start would end the same way, and is not tried
 * @param addresses where it is reached, for people
 */
public record ProcessSpec(
        String name,
        List<String> command,
        Map<String, String> environment,
        int stage,
        Readiness readiness,
        Duration stopWithin,
        long memoryLimitBytes,
        String service,
        Set<Integer> finalExitCodes,
        Addresses addresses) {
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9.-]{0,62}");
    private static final Duration USUAL_STOP = Duration.ofSeconds(35);

    public ProcessSpec {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
        finalExitCodes = Set.copyOf(finalExitCodes);
        if (!NAME.matcher(name).matches()) {
            throw refused("name: " + name + " (expected: small letters, digits, dots and dashes, 63 at most)");
        }
        if (command.isEmpty() || stage < 0 || memoryLimitBytes < 0 || stopWithin.isNegative()) {
            throw refused(name + ": no command, or a negative number (expected: a command, 0 or more)");
        }
    }

    /** A process of which no more is known than how it is started. */
    public static ProcessSpec of(String name, List<String> command) {
        return new ProcessSpec(
                name, command, Map.of(), 0, Readiness.whenRunning(), USUAL_STOP, 0, "", Set.of(), Addresses.UNKNOWN);
    }

    public ProcessSpec withEnvironment(Map<String, String> variables) {
        return new ProcessSpec(
                name,
                command,
                variables,
                stage,
                readiness,
                stopWithin,
                memoryLimitBytes,
                service,
                finalExitCodes,
                addresses);
    }

    public ProcessSpec withStage(int number) {
        return new ProcessSpec(
                name,
                command,
                environment,
                number,
                readiness,
                stopWithin,
                memoryLimitBytes,
                service,
                finalExitCodes,
                addresses);
    }

    public ProcessSpec withReadiness(Readiness by) {
        return new ProcessSpec(
                name,
                command,
                environment,
                stage,
                by,
                stopWithin,
                memoryLimitBytes,
                service,
                finalExitCodes,
                addresses);
    }

    public ProcessSpec withStopWithin(Duration atMost) {
        return new ProcessSpec(
                name,
                command,
                environment,
                stage,
                readiness,
                atMost,
                memoryLimitBytes,
                service,
                finalExitCodes,
                addresses);
    }

    public ProcessSpec withMemoryLimit(long bytes) {
        return new ProcessSpec(
                name, command, environment, stage, readiness, stopWithin, bytes, service, finalExitCodes, addresses);
    }

    /** One of ours: its exit codes mean what those of services do, and it registers by its name. */
    public ProcessSpec asService(String kind, Set<Integer> codes) {
        return new ProcessSpec(
                name, command, environment, stage, readiness, stopWithin, memoryLimitBytes, kind, codes, addresses);
    }

    public ProcessSpec withAddresses(Addresses reached) {
        return new ProcessSpec(
                name,
                command,
                environment,
                stage,
                readiness,
                stopWithin,
                memoryLimitBytes,
                service,
                finalExitCodes,
                reached);
    }

    /** Whether a process that was started by the other is what this one asks for. */
    boolean runsAs(List<String> otherCommand) {
        return command.equals(otherCommand);
    }

    boolean isService() {
        return !service.isEmpty();
    }

    private static HawserException refused(String message) {
        return HawserException.refusal(ErrorCode.INVALID_ARGUMENT, message);
    }
}
