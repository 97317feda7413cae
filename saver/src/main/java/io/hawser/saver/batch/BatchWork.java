package io.hawser.saver.batch;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** What a batch does, in a transaction that is committed after it. */
public interface BatchWork<Q, R> {
    /**
     * Serves all of them: each is answered or refused before this returns. May be run again with the same requests,
     * after a rollback. What it throws undoes the whole batch; each is then tried in a transaction of its own, so that
     * one bad request harms no other.
     *
     * @param batch at least one, in the order in which they came by app
     */
    void serve(Connection connection, List<Asked<Q, R>> batch) throws SQLException;
}
