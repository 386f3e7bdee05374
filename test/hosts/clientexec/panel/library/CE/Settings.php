<?php

/** Settings are read once for each object, and written one at a time. A name that has no row is not made. */
class CE_Settings
{
    private $known = [];

    public function __construct()
    {
        foreach (Zend_Registry::get('db')->query('SELECT name, value FROM setting') as $row) {
            $this->known[$row['name']] = $row['value'];
        }
    }

    public function get($name)
    {
        return $this->known[$name] ?? null;
    }

    public function updateValue($name, $value)
    {
        CE_Lib::log(4, 'Setting updated: ' . $name);
        $kept = $this->kept($name, (string) $value);
        Zend_Registry::get('db')->query('UPDATE setting SET value = ? WHERE name = ?', $kept, $name);
        $this->afterWrite($name);
        $this->known[$name] = $value;
    }

    /** What could go wrong in somebody's installation: a column too short, a hook, a colleague in the same second. */
    private function kept(string $name, string $value): string
    {
        $fault = \Keyturn\Host\config('writeFault');
        if ($fault === 'throw') {
            throw new Exception('Could not save ' . $name . ' = ' . $value);
        }
        return $fault === 'truncate' && substr($name, -8) === 'Password' ? substr($value, 0, 20) : $value;
    }

    private function afterWrite(string $name): void
    {
        if (\Keyturn\Host\config('writeFault') === 'resetOthers' && substr($name, -8) === 'Password') {
            $sql = 'UPDATE setting SET value = ? WHERE name = ?';
            Zend_Registry::get('db')->query($sql, '', 'plugin_Domainnameapi_NameServer 1');
        }
    }
}
