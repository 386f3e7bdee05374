<?php

final class WritableServers extends Servers
{
    public function updateServer($id, $details)
    {
        $update = hbm_db()->prepare('UPDATE hb_servers SET name = ?, username = ?, password = ?, custom = ? WHERE id = ?');
        $password = Cipher::encrypt((string) $details['password']);
        $update->execute([$details['name'], $details['username'], $password, serialize($details['custom'] ?? []), $id]);
    }
}
