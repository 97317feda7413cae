package io.hawser.keeper;

import io.hawser.keeper.config.ConfigException;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.io.IOException;
import java.net.BindException;
import org.apache.zookeeper.KeeperException;
import org.jspecify.annotations.Nullable;

/** A service that could not start. The message is what its operator should read. */
public final class StartException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final String NATIVE_BIND = "bind(";

    private final ExitCode exitCode;

    /** For a service that knows what its failure means to an operator. */
    public StartException(ExitCode exitCode, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    public ExitCode exitCode() {
        return exitCode;
    }

    /** Finds in a failure's causes the one that says what an operator can do about it. */
    static StartException explain(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            switch (cause) {
                case StartException known -> {
                    return known;
                }
                case ConfigException refused -> {
                    return new StartException(ExitCode.CONFIGURATION, String.valueOf(refused.getMessage()), failure);
                }
                case HawserException refused
                when refused.code() == ErrorCode.INVALID_ARGUMENT -> {
                    return new StartException(ExitCode.CONFIGURATION, String.valueOf(refused.getMessage()), failure);
                }
                case IOException bind
                when isBind(bind) -> {
                    return new StartException(ExitCode.ADDRESS_IN_USE, addressOf(failure, bind), failure);
                }
                case KeeperException away
                when isAway(away) -> {
                    return new StartException(
                            ExitCode.ZOOKEEPER_UNREACHABLE, "zookeeper: lost while starting", failure);
                }
                default -> {
                    continue;
                }
            }
        }
        return new StartException(ExitCode.INTERNAL, String.valueOf(failure.getMessage()), failure);
    }

    /** Reads a failure to reach ZooKeeper. */
    static StartException ofConnect(RuntimeException failure) {
        return codeOf(failure) == ErrorCode.UNAVAILABLE
                ? new StartException(ExitCode.ZOOKEEPER_UNREACHABLE, String.valueOf(failure.getMessage()), failure)
                : explain(failure);
    }

    /** Reads a failure to go by a name. */
    static StartException ofName(Exception failure) {
        return switch (codeOf(failure)) {
            case ALREADY_EXISTS ->
                new StartException(ExitCode.NAME_IN_USE, String.valueOf(failure.getMessage()), failure);
            case INVALID_ARGUMENT -> new StartException(ExitCode.USAGE, String.valueOf(failure.getMessage()), failure);
            default -> explain(failure);
        };
    }

    private static ErrorCode codeOf(Exception failure) {
        return failure instanceof HawserException refused ? refused.code() : ErrorCode.INTERNAL;
    }

    private static boolean isAway(KeeperException e) {
        return e instanceof KeeperException.ConnectionLossException
                || e instanceof KeeperException.SessionExpiredException
                || e instanceof KeeperException.OperationTimeoutException;
    }

    /** Netty's native transports have no BindException: they name the call that failed. */
    private static boolean isBind(IOException e) {
        return e instanceof BindException || String.valueOf(e.getMessage()).startsWith(NATIVE_BIND);
    }

    /** Whoever binds names the address, what is thrown below says what is wrong with it. */
    private static String addressOf(Throwable failure, IOException bind) {
        String outer = firstLine(failure);
        String inner = firstLine(bind);
        String reason = inner.startsWith(NATIVE_BIND) ? inner.substring(inner.lastIndexOf(": ") + 2) : inner;
        return outer.contains(reason) ? outer : outer + ": " + reason;
    }

    private static String firstLine(Throwable e) {
        String message = e.getMessage();
        return message == null
                ? e.toString()
                : message.lines().findFirst().orElse("").strip();
    }
}
