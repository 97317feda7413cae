package io.hawser.saver.erase;

import java.sql.Connection;
import java.sql.SQLException;

/** A store that keeps rows of users, and can let go of all of one. */
public interface UserData {
    /**
     * Deletes all rows of a user, by an index, in the caller's transaction (READ COMMITTED). May be repeated.
     *
     * @return how many rows there were
     */
    int erase(Connection connection, String app, String user) throws SQLException;
}
