<?php

/** Makes the active modules, with what is stored for them. */
abstract class ModuleFactoryBase
{
    private static $one;
    private $made = [];

    public static function singleton()
    {
        return self::$one ?? self::$one = new static();
    }

    public function getModuleByFname($file)
    {
        $row = $this->row('filename = ?', $file);
        return $row ? $this->made($row) : null;
    }

    public function getModuleByName($name)
    {
        $row = $this->row('module = ?', $name);
        return $row ? $this->made($row) : null;
    }

    private function row(string $condition, $value)
    {
        $query = hbm_db()->prepare("SELECT * FROM hb_modules_configuration WHERE active = 1 AND $condition");
        $query->execute([$value]);
        return $query->fetch();
    }

    private function made(array $row)
    {
        $file = APPDIR_MODULES . $row['type'] . DS . $row['module'] . DS . $row['filename'];
        if (!is_file($file)) {
            return null;
        }
        require_once $file;
        $class = $row['module'];
        if (isset($this->made[$class]) && \Keyturn\Host\config('keepsInstances') === true) {
            return $this->made[$class];
        }
        $module = $this->made[$class] = new $class();
        $module->stored((int) $row['id'], ModuleRows::configuration($row));
        return $module;
    }
}
