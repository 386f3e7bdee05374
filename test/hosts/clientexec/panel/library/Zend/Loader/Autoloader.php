<?php

require_once 'Zend/Registry.php';

/** Stand-in for Zend Framework's autoloader: Name_Of_Class is in Name/Of/Class.php on the include path. */
class Zend_Loader_Autoloader
{
    private static $instance;
    private $prefixes = ['Zend_'];

    public static function getInstance(): Zend_Loader_Autoloader
    {
        if (self::$instance === null) {
            self::$instance = new self();
            spl_autoload_register([self::$instance, 'load']);
        }
        return self::$instance;
    }

    public function registerNamespace(string $prefix): Zend_Loader_Autoloader
    {
        $this->prefixes[] = $prefix;
        return $this;
    }

    public function load(string $class): void
    {
        foreach ($this->prefixes as $prefix) {
            if (strncmp($class, $prefix, strlen($prefix)) === 0) {
                require_once str_replace('_', '/', $class) . '.php';
                return;
            }
        }
    }
}
