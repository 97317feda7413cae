package io.hawser.keeper;

import java.io.PrintWriter;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

/** The main of every service: command line, start, wait for a signal, drain, exit code. */
public final class ServiceMain {
    private static final Logger LOG = LoggerFactory.getLogger(ServiceMain.class);

    private ServiceMain() {}

    /**
     * Runs a service until SIGTERM, SIGINT or an operator's order.
     *
     * @return the process's exit code, of {@link ExitCode}; what is wrong has been printed on standard error then
     */
    public static <C extends Record> int run(
            String service, Class<C> configType, String[] args, ServiceStarter<C> starter) {
        ServiceOptions options = new ServiceOptions(service, settings -> serve(settings, configType, starter));
        CommandLine command = new CommandLine(options);
        ServiceHelp.complete(command.getCommandSpec(), service);
        return command.setCommandName("hawser " + service)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler((e, given) -> misused(service, e))
                .setExecutionExceptionHandler((e, failing, parsed) -> failed(service, failing, e))
                .execute(args);
    }

    private static <C extends Record> int serve(HostSettings settings, Class<C> configType, ServiceStarter<C> starter)
            throws InterruptedException {
        StopSignals signals = StopSignals.install();
        try (ServiceHost<C> host = ServiceHost.start(settings, configType, starter)) {
            var _ = host.stopped().thenRun(signals::release);
            signals.await();
            if (!host.stopped().isDone()) {
                LOG.info("{} is told to stop by a signal", host.name());
            }
        }
        return ExitCode.OK.number();
    }

    private static int misused(String service, CommandLine.ParameterException e) {
        CommandLine command = e.getCommandLine();
        PrintWriter err = command.getErr();
        err.println(service + ": " + oneLine(e) + " (see " + command.getCommandName() + " --help)");
        err.flush();
        return ExitCode.USAGE.number();
    }

    private static int failed(String service, CommandLine command, Exception e) {
        StartException failure = StartException.explain(e);
        if (failure.exitCode() == ExitCode.INTERNAL) {
            LOG.error("The service could not start", failure);
        } else {
            LOG.debug("The service could not start", failure);
        }
        PrintWriter err = command.getErr();
        String.valueOf(failure.getMessage()).lines().forEach(line -> err.println(service + ": " + line));
        err.flush();
        return failure.exitCode().number();
    }

    private static String oneLine(Exception e) {
        return String.valueOf(e.getMessage()).lines().map(String::strip).collect(Collectors.joining(" "));
    }
}
