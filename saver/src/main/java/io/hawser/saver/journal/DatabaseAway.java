package io.hawser.saver.journal;

import io.hawser.keeper.ExitCode;
import io.hawser.keeper.StartException;
import java.sql.SQLException;

/** Finds, in why a saver cannot start, what an operator can do about the database. */
final class DatabaseAway {
    private DatabaseAway() {}

    /** Returns the failure itself where the database is neither away nor refuses the credentials. */
    static RuntimeException explain(RuntimeException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException database && isAway(database)) {
                return new StartException(ExitCode.DATABASE_UNREACHABLE, describe(database), failure);
            }
        }
        return failure;
    }

    /** By the classes of SQL's own states: 08, no connection; 28, credentials refused. */
    private static boolean isAway(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        return state.startsWith("08") || state.startsWith("28");
    }

    /** A driver says in lines what happened when; its first one and the first cause tell it all. */
    private static String describe(SQLException e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String said = "database: " + firstLine(e);
        return said.contains(firstLine(root)) ? said : said + ": " + firstLine(root);
    }

    private static String firstLine(Throwable e) {
        String message = e.getMessage();
        return message == null
                ? e.toString()
                : message.lines().findFirst().orElse("").strip();
    }
}
