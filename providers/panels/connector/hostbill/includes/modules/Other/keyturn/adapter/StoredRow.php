<?php

declare(strict_types=1);

namespace Keyturn\Connector\HostBill;

/**
 * Whether HostBill's database has changed, without understanding what it holds: a digest of the row as it is stored, encrypted or
 * not. It is looked at only, never written.
 */
final class StoredRow
{
    /** The tables that public modules for HostBill name. */
    private const MODULE = "SELECT * FROM hb_modules_configuration WHERE filename = 'class.domainnameapi.php'";
    private const APP = 'SELECT * FROM hb_servers WHERE id = ';

    /** Null if it cannot be told. */
    public function ofModule(): ?string
    {
        return $this->digest(self::MODULE);
    }

    public function ofApp(string $id): ?string
    {
        return ctype_digit($id) ? $this->digest(self::APP . $id) : null;
    }

    private function digest(string $query): ?string
    {
        if (!function_exists('hbm_db')) {
            return null;
        }
        try {
            $row = hbm_db()->query($query)->fetch();
        } catch (\Throwable $unknownTable) {
            return null;
        }

        return is_array($row) ? hash('sha256', serialize($row)) : null;
    }
}
