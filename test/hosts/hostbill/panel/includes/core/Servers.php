<?php

/** Settings > Apps. */
class Servers
{
    private const FIELDS = ['id', 'group_id', 'name', 'username', 'password', 'host', 'ip', 'default_module', 'enable'];

    public function getServerDetails($id)
    {
        $query = hbm_db()->prepare('SELECT * FROM hb_servers WHERE id = ?');
        $query->execute([$id]);
        $row = $query->fetch();
        if (!$row) {
            return null;
        }
        $details = array_intersect_key($row, array_flip(self::FIELDS));
        $details['password'] = Cipher::decrypt((string) $row['password']);
        $custom = unserialize((string) $row['custom'], ['allowed_classes' => false]);
        return $details + (is_array($custom) && $custom !== [] ? ['custom' => $custom] : []);
    }
}
