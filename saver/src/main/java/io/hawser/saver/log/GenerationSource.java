package io.hawser.saver.log;

import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/** Where slots' generations come from. */
public interface GenerationSource {
    /**
     * Takes the next generation of slots and returns it by slot; one that is missing is not this saver's. Blocks.
     *
     * @throws io.hawser.saver.journal.FencedException where this saver's incarnation is not alive
     */
    Map<Integer, Integer> next(List<Integer> slots, String redisRunId) throws SQLException;
}
