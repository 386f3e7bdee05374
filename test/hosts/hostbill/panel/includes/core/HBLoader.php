<?php

final class HBLoader
{
    public static function LoadModel($name)
    {
        if ($name !== 'Servers') {
            return null;
        }
        return \Keyturn\Host\config('saver', 'factory') === 'none' ? new Servers() : new WritableServers();
    }
}
